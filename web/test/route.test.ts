import { describe, expect, it } from 'vitest';
import { parseRoute, routeFragment } from '../src/app/route';

describe("the page's address", () => {
  it('names view, session and token', () => {
    expect(parseRoute('#/trainer?session=session-00007&token=a.b.c')).toEqual({
      view: 'trainer',
      sessionId: 'session-00007',
      token: 'a.b.c',
    });
  });

  it('is the student’s view when it names none, or one that does not exist', () => {
    expect(parseRoute('').view).toBe('student');
    expect(parseRoute('#/admin?session=s').view).toBe('student');
  });

  it('reads back what it writes, whatever the id', () => {
    const id = 'a:b.c-d_e';
    expect(parseRoute(routeFragment('student', id))).toEqual({
      view: 'student',
      sessionId: id,
      token: undefined,
    });
  });

  it('reads the link of a share, with a session id that has dots in it', () => {
    const secret = 'aB3-_xyz';
    for (const fragment of [`#share=a.b:c.${secret}`, `#share=share.a.b:c.${secret}`]) {
      expect(parseRoute(fragment)).toEqual({
        view: 'guest',
        sessionId: 'a.b:c',
        token: `share.a.b:c.${secret}`,
      });
    }
    expect(parseRoute(routeFragment('guest', 'a.b:c'))).toEqual({
      view: 'guest',
      sessionId: 'a.b:c',
      token: undefined,
    });
  });
});
