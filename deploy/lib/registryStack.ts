import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { type Construct } from 'constructs';

/** The two image repositories. Apart from all else: an image must be there before anything can run it. */
export class RegistryStack extends Stack {
  readonly serviceImages: Repository;

  /**
   * A copy of the metrics collector's image. The tasks have no way to the internet, and a copy of our own neither
   * moves nor vanishes nor is rate-limited at the moment when the service must scale out.
   */
  readonly collectorImages: Repository;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.serviceImages = this.repository('ServiceImages', 'journey-service');
    this.collectorImages = this.repository('CollectorImages', 'journey-service-collector');
  }

  private repository(id: string, repositoryName: string): Repository {
    return new Repository(this, id, {
      repositoryName,
      imageScanOnPush: true,
      // A tag names one image for ever: a rollback to it brings back what ran then.
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ description: 'the last 50 releases', maxImageCount: 50 }],
    });
  }
}
