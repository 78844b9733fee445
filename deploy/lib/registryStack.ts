import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository, TagMutability } from 'aws-cdk-lib/aws-ecr';
import { type Construct } from 'constructs';

/** The two image repositories, in a stack of their own: an image must exist before anything can run it. */
export class RegistryStack extends Stack {
  readonly serviceImages: Repository;

  /**
   * A copy of the metrics collector's image. The tasks can't reach the internet, and our own copy is not moved,
   * deleted or rate-limited at the moment when the service must scale out.
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
      // A tag never changes its image, so a rollback to it restores exactly what ran then.
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ description: 'the last 50 releases', maxImageCount: 50 }],
    });
  }
}
