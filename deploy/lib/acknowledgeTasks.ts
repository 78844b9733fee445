import { Validations } from 'aws-cdk-lib';
import { type TaskDefinition } from 'aws-cdk-lib/aws-ecs';

/** The exceptions that each task definition needs, with their reasons. */
export function acknowledgeTaskFindings(task: TaskDefinition): void {
  Validations.of(task).acknowledge(
    {
      id: 'AwsSolutions-ECS2',
      reason: 'Plain settings only: host names, ports, names. Every secret comes from Secrets Manager.',
    },
    {
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'ecr:GetAuthorizationToken, which ECS itself needs to pull an image, knows no narrower resource.',
    },
  );
}
