import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../lib/addStacks';
import { readSettings } from '../lib/settings';

export interface Container {
  Name: string;
  Cpu?: number;
  EntryPoint?: unknown;
  Command?: string[];
  Environment?: { Name: string; Value: unknown }[];
  Secrets?: { Name: string; ValueFrom: unknown }[];
  ReadonlyRootFilesystem?: boolean;
  StopTimeout?: number;
}

/** The stacks' templates with these settings. */
export function templates(context: Record<string, unknown> = {}) {
  const app = new App({ context });
  const stacks = addStacks(
    app,
    readSettings((name) => context[name]),
  );
  return {
    registry: Template.fromStack(stacks.registry),
    foundation: Template.fromStack(stacks.foundation),
    migration: Template.fromStack(stacks.migration),
    service: Template.fromStack(stacks.service),
  };
}

export function containers(template: Template): Container[] {
  return Object.values(template.findResources('AWS::ECS::TaskDefinition')).flatMap(
    (resource) => resource.Properties.ContainerDefinitions as Container[],
  );
}
