import { build } from '../support/program';
import { surviveKills } from './killing';

beforeAll(build, 60_000);

describe('The process is killed at random moments, under load', () => {
  it('loses no event, changes none, and ends each journey once', async () => {
    const report = await surviveKills({ kills: 5, trainers: 12, lifeMs: 900 });
    expect(report.wrong).toEqual([]);
    expect(report.lost).toEqual([]);
    expect(report.changed).toEqual([]);
    expect(report.unrecorded).toEqual([]);
    // Each journey started once, ended once, and reached each stage once: no more was ever written to the outbox.
    expect(report.stages.length).toBeGreaterThan(3);
    expect(report.stages.filter((times) => times !== 1)).toEqual([]);
    expect(report.appended).toBe(report.expected);
    expect(report.delivered).toBe(report.expected);
    expect(report.expected).toBeGreaterThan(20);
    expect(report.cutOff).toBeGreaterThan(0);
  }, 120_000);
});
