import { ClientLabels } from '../../src/metrics/clientLabels';

describe('The labels of clients', () => {
  it('are the name and the version of a client that is on the list', () => {
    const labels = new ClientLabels(['journey-ios']);
    expect(labels.of({ name: 'journey-ios', version: '1.20.3' })).toEqual({
      client: 'journey-ios',
      version: '1.20.3',
    });
    expect(labels.of({ name: 'journey-ios', version: undefined })).toEqual({
      client: 'journey-ios',
      version: 'none',
    });
    expect(labels.of({ name: undefined, version: undefined })).toEqual({ client: 'none', version: 'none' });
  });

  it('hold no text of a sender: neither an unknown name nor a version that is not a number', () => {
    const labels = new ClientLabels(['journey-ios']);
    expect(labels.of({ name: 'someone@example.com', version: '1.0.0' })).toEqual({
      client: 'other',
      version: 'other',
    });
    expect(labels.of({ name: '__proto__', version: '1.0.0' })).toEqual({ client: 'other', version: 'other' });
    for (const version of ['', 'secret', '1.0.0-secret', '1.0.0\n', '12345.0.0', '1.2.3.4'])
      expect(labels.of({ name: 'journey-ios', version })).toEqual({
        client: 'journey-ios',
        version: 'other',
      });
  });

  it('stay few, however many versions are sent', () => {
    const labels = new ClientLabels(['journey-ios', 'journey-android']);
    const versions = new Set<string>();
    for (let minor = 0; minor < 9999; minor += 1)
      versions.add(labels.of({ name: 'journey-ios', version: `1.${minor}` }).version);
    expect(versions.size).toBe(51);
    expect(labels.of({ name: 'journey-ios', version: '1.0' })).toEqual({
      client: 'journey-ios',
      version: '1.0',
    });
    expect(labels.of({ name: 'journey-android', version: '2.0' })).toEqual({
      client: 'journey-android',
      version: '2.0',
    });
  });
});
