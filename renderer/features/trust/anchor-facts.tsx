import type { ReactNode } from 'react';
import type { Anchor } from '#shared/contract/trust.ts';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { AgeText, TimeText } from '#renderer/components/time-text.tsx';
import { kindWords, purposeWords } from './anchor-words.ts';

interface AnchorFactsProps {
  anchor: Anchor;
  /** Facts that stand before those of the anchor itself. */
  children?: ReactNode;
}

/** Whose key it is, what it counts for, where it came from, and how old that is. */
export function AnchorFacts({ anchor, children }: AnchorFactsProps) {
  const { comment, formats, pack } = anchor;
  return (
    <Facts>
      {children}
      <Fact name="may sign for">{anchor.models.join(', ')}</Fact>
      <Fact name="purposes">{anchor.purposes.map((purpose) => purposeWords[purpose]).join(', ')}</Fact>
      <Fact name="formats">{formats.length === 0 ? 'any' : <PlainText text={formats.join(', ')} />}</Fact>
      {limitsOf(anchor).map(([name, text]) => (
        <Fact key={name} name={name}>
          <PlainText text={text} />
        </Fact>
      ))}
      <Fact name="fingerprint">
        <Fingerprint fingerprint={anchor.fingerprint} />
      </Fact>
      <Fact name="kind">
        {kindWords[anchor.kind]}, {anchor.keyType}
      </Fact>
      {comment === '' ? null : (
        <Fact name="claim">
          <PlainText text={comment} />
        </Fact>
      )}
      <Fact name="source">
        <PlainText text={anchor.source} />
      </Fact>
      <Fact name="accepted">
        <TimeText at={anchor.addedAt} /> by <PlainText text={anchor.addedBy} />
      </Fact>
      <Fact name="last refreshed">
        <TimeText at={anchor.refreshedAt} />, <AgeText at={anchor.refreshedAt} suffix=" ago" />
      </Fact>
      {(
        [
          ['valid from', anchor.validFrom],
          ['valid until', anchor.validUntil],
        ] as const
      ).map(([name, at]) =>
        at === null ? null : (
          <Fact key={name} name={name}>
            <TimeText at={at} />
          </Fact>
        ),
      )}
      <Fact name="expires">
        {anchor.expiresAt === null ? 'no such day was set' : <TimeText at={anchor.expiresAt} />}
      </Fact>
      {pack === null ? null : <Fact name="came with">trust pack {pack}</Fact>}
    </Facts>
  );
}

/** What narrows an anchor beside models and formats, as it came with the key. */
function limitsOf({ identity, issuer, principals, namespaces }: Anchor): [string, string][] {
  const limits: [string, string][] = [
    ['identity', identity ?? ''],
    ['issuer', issuer ?? ''],
    ['principals', principals.join(', ')],
    ['namespaces', namespaces.join(', ')],
  ];
  return limits.filter(([, text]) => text !== '');
}
