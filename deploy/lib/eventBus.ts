import { Duration } from 'aws-cdk-lib';
import { Archive, EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import { type EventSchema } from './eventSchemas';

export const EVENT_BUS_NAME = 'application-events';
export const EVENT_SOURCE = 'journey-service';

export interface JourneyEventBusProps {
  /** false: the account has the bus already. */
  createBus: boolean;
  schemas: readonly EventSchema[];
}

/** The bus, the registered schemas of the service's events, and an archive from which they can be replayed. */
export class JourneyEventBus extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, { createBus, schemas }: JourneyEventBusProps) {
    super(scope, id);
    this.bus = createBus
      ? new EventBus(this, 'Bus', { eventBusName: EVENT_BUS_NAME, description: 'Events of all applications' })
      : EventBus.fromEventBusName(this, 'Bus', EVENT_BUS_NAME);

    new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      description: 'Events of the journey service, for a replay',
      eventPattern: { source: [EVENT_SOURCE] },
      retention: Duration.days(30),
    });

    const registry = new CfnRegistry(this, 'Schemas', {
      registryName: EVENT_SOURCE,
      description: 'The detail of each type of event that the journey service sends',
    });
    for (const { type, content } of schemas) {
      new CfnSchema(this, type, {
        registryName: registry.attrRegistryName,
        schemaName: `${EVENT_SOURCE}@${type}`,
        type: 'JSONSchemaDraft4',
        content,
      });
    }
  }
}
