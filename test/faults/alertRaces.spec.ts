import { build } from '../support/program';
import { raceAlerts } from './alertRaces';

beforeAll(build, 60_000);

describe('Three processes that sweep the same journeys, of which some are killed in the middle of a sweep', () => {
  it('raise and clear each alert once, with one event', async () => {
    const report = await raceAlerts({ processes: 3, journeys: 6, noShows: 5, kills: 1 });
    expect(report.wrong).toEqual([]);
    // NO_SHOWs, lost signals of both kinds of journeys raised and cleared, and those that are late.
    expect(report.expected).toBe(5 + 2 * 12 + 6);
    expect(report.delivered).toBe(report.expected);
    expect(report.appended).toBe(report.expected);
    expect(report.recoveryMs).toHaveLength(3);
  }, 180_000);
});
