import { App } from 'aws-cdk-lib';
import { addStacks } from '../lib/addStacks';
import { readSettings } from '../lib/settings';

const app = new App();
addStacks(
  app,
  readSettings((name) => app.node.tryGetContext(name)),
);
