import { newPhone } from './FakePhone';

// Before any module of the app: each binds to the process that loads it.
newPhone().installTimers();
