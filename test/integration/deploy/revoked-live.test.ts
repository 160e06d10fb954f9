import { describe, expect, it } from 'vitest';
import { activate, openFleet, publish, push } from '../../fixtures/fleet.ts';

const failsWith = (code: string) => expect.objectContaining({ code }) as Error;

describe('a digest that is revoked while a server runs it', () => {
  it('is named with its release, channel and server, and is neither pushed nor activated again', async () => {
    const { test } = await openFleet();
    await publish(test, '1.0.0', { 'model.onnx': 'weights', 'config.json': '{}' }, 'production');
    await push(test, '1.0.0');
    await activate(test);
    const { digest } = (await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' }))
      .files[0] ?? {
      digest: '',
    };
    const would = await test.engine.call('trust.revocations.affects', { kind: 'digest', value: digest });
    const reason = 'a backdoor was found';
    const revoked = await test.engine.call('trust.revocations.add', {
      kind: 'digest',
      value: digest,
      reason,
    });
    expect(revoked.affects).toEqual(would);
    expect(revoked.affects).toMatchObject({
      releases: [{ version: '1.0.0' }],
      channels: [{ channel: 'production', version: '1.0.0' }],
      servers: [{ server: 'gpu-01', channel: 'production', version: '1.0.0' }],
    });
    expect(await test.engine.call('deploy.status', {})).toMatchObject([
      { server: 'gpu-01', live: { version: '1.0.0' }, objection: expect.stringContaining(reason) as string },
    ]);
    await expect(push(test, '1.0.0')).rejects.toThrow(failsWith('DIGEST-REVOKED'));
    await expect(activate(test)).rejects.toThrow(failsWith('DIGEST-REVOKED'));

    await test.engine.call('trust.revocations.lift', { id: revoked.id, reason: 'a false alarm' });
    expect(await test.engine.call('deploy.status', {})).toMatchObject([{ objection: null }]);
    await push(test, '1.0.0');
  });
});
