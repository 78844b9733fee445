import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FoundationStack } from './foundationStack';
import { MigrationStack } from './migrationStack';
import { RegistryStack } from './registryStack';
import { ServiceStack } from './serviceStack';
import { type Settings } from './settings';

export interface Stacks {
  registry: RegistryStack;
  foundation: FoundationStack;
  migration: MigrationStack;
  service: ServiceStack;
}

/**
 * The stacks, in the order in which they are deployed. Registry and foundation change rarely; a release deploys
 * the migration, runs it, and only then deploys the service, so that no process ever runs on an older schema.
 */
export function addStacks(app: App, settings: Settings): Stacks {
  const registry = new RegistryStack(app, 'JourneyRegistry', {
    description: 'Journey service: image repositories',
    terminationProtection: true,
  });
  const foundation = new FoundationStack(app, 'JourneyFoundation', {
    description: 'Journey service: network, stores, secrets, event bus',
    terminationProtection: true,
    settings,
  });
  const migration = new MigrationStack(app, 'JourneyMigration', {
    description: 'Journey service: the one-off task that migrates the database',
    settings,
    registry,
    foundation,
  });
  const service = new ServiceStack(app, 'JourneyService', {
    description: 'Journey service: balancer, processes, alarms, dashboard',
    settings,
    registry,
    foundation,
  });
  service.addStackDependency(migration);

  Tags.of(app).add('service', 'journey-service');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { registry, foundation, migration, service };
}
