export { backgroundLocation as position } from './background/backgroundLocation';
