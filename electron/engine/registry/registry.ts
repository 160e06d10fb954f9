import { AnchorsRepository } from './anchors.ts';
import { AttachmentsRepository } from './attachments.ts';
import { AuditLogRepository } from './audit-log.ts';
import { BlobsRepository } from './blobs.ts';
import { ChannelsRepository } from './channels.ts';
import { type Database, openDatabase } from './database.ts';
import { CustodyRepository } from './custody.ts';
import { DeploymentsRepository } from './deployments.ts';
import { FixityRepository } from './fixity.ts';
import { ImportsRepository } from './imports.ts';
import { JobsRepository } from './jobs.ts';
import { PoliciesRepository } from './policies.ts';
import { MediaRepository } from './media.ts';
import { ReleaseSignaturesRepository } from './release-signatures.ts';
import { ReleasesRepository } from './releases.ts';
import { RevocationsRepository } from './revocations.ts';
import { ScansRepository } from './scans.ts';
import { ServersRepository } from './servers.ts';
import { SetControlsRepository } from './set-controls.ts';
import { SettingsRepository } from './settings.ts';
import { TensorsRepository } from './tensors.ts';
import { TransferEvidenceRepository } from './transfer-evidence.ts';
import { TransfersRepository } from './transfers.ts';
import { TrustPacksRepository } from './trust-packs.ts';
import { VerificationRecordsRepository } from './verification-records.ts';
import { WaiversRepository } from './waivers.ts';

/** The one mutable truth: a repository per aggregate over one SQLite file. Everything here is synchronous. */
export class Registry {
  readonly settings: SettingsRepository;
  readonly blobs: BlobsRepository;
  readonly fixity: FixityRepository;
  readonly imports: ImportsRepository;
  readonly releases: ReleasesRepository;
  readonly releaseSignatures: ReleaseSignaturesRepository;
  readonly channels: ChannelsRepository;
  readonly anchors: AnchorsRepository;
  readonly trustPacks: TrustPacksRepository;
  readonly revocations: RevocationsRepository;
  readonly verificationRecords: VerificationRecordsRepository;
  readonly servers: ServersRepository;
  readonly deployments: DeploymentsRepository;
  readonly transfers: TransfersRepository;
  readonly media: MediaRepository;
  readonly custody: CustodyRepository;
  readonly setControls: SetControlsRepository;
  readonly transferEvidence: TransferEvidenceRepository;
  readonly jobs: JobsRepository;
  readonly scans: ScansRepository;
  readonly tensors: TensorsRepository;
  readonly policies: PoliciesRepository;
  readonly waivers: WaiversRepository;
  readonly attachments: AttachmentsRepository;
  readonly auditLog: AuditLogRepository;
  readonly #database: Database;

  /** Opens or creates the file; see openDatabase for its errors. */
  constructor(file: string) {
    const database = openDatabase(file);
    this.#database = database;
    this.settings = new SettingsRepository(database);
    this.blobs = new BlobsRepository(database);
    this.fixity = new FixityRepository(database);
    this.imports = new ImportsRepository(database);
    this.releases = new ReleasesRepository(database);
    this.releaseSignatures = new ReleaseSignaturesRepository(database);
    this.channels = new ChannelsRepository(database);
    this.anchors = new AnchorsRepository(database);
    this.trustPacks = new TrustPacksRepository(database);
    this.revocations = new RevocationsRepository(database);
    this.verificationRecords = new VerificationRecordsRepository(database);
    this.servers = new ServersRepository(database);
    this.deployments = new DeploymentsRepository(database);
    this.transfers = new TransfersRepository(database);
    this.media = new MediaRepository(database);
    this.custody = new CustodyRepository(database);
    this.setControls = new SetControlsRepository(database);
    this.transferEvidence = new TransferEvidenceRepository(database);
    this.jobs = new JobsRepository(database);
    this.scans = new ScansRepository(database);
    this.tensors = new TensorsRepository(database);
    this.policies = new PoliciesRepository(database);
    this.waivers = new WaiversRepository(database);
    this.attachments = new AttachmentsRepository(database);
    this.auditLog = new AuditLogRepository(database);
  }

  /** All of `change` or none of it. `change` is synchronous: no transaction ever spans an await. */
  transaction<T>(change: () => T): T {
    return this.#database.transaction(change).immediate();
  }

  /** SQLite's own check of the file; an empty list is good. */
  integrityProblems(): string[] {
    const rows = this.#database.pragma('integrity_check') as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
  }

  close(): void {
    this.#database.close();
  }
}
