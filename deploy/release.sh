#!/usr/bin/env bash
# One release: deploys the migration, runs it, and only when it succeeded deploys the service.
#
#   deploy/release.sh IMAGE_TAG [CDK OPTION…]
#
# The first release also names the certificate: --parameters JourneyService:CertificateArn=arn:aws:acm:…
# Needs Node, the AWS command line and credentials; the image must be in the registry. Needs Docker too when the registry
# does not have the metrics collector of this release yet: then it copies it there.
set -euo pipefail

tag=${1:?usage: deploy/release.sh IMAGE_TAG [CDK OPTION…]}
shift
cd "$(dirname "$0")"

# The tasks have no way to the internet, so the collector must be in a registry of our own.
collector=$(sed -n "s/^export const COLLECTOR_TAG = '\(.*\)';$/\1/p" lib/metricsCollector.ts)
repository=journey-service-collector
if ! aws ecr describe-images --repository-name $repository --image-ids "imageTag=$collector" >/dev/null 2>&1; then
  source=public.ecr.aws/aws-observability/aws-otel-collector:$collector
  copy=$(aws ecr describe-repositories --repository-names $repository --query 'repositories[0].repositoryUri' \
    --output text):$collector
  echo "Copying $source to $copy"
  aws ecr get-login-password | docker login --username AWS --password-stdin "${copy%%/*}"
  docker pull --platform linux/amd64 "$source"
  docker tag "$source" "$copy"
  docker push "$copy"
fi

npx tsc
npx cdk deploy JourneyMigration --exclusively --parameters "JourneyMigration:ImageTag=$tag" "$@"

output() {
  aws cloudformation describe-stacks --stack-name JourneyMigration \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text
}
cluster=$(output Cluster)
definition=$(output TaskDefinition)
network=$(output Network)
task=$(aws ecs run-task --cluster "$cluster" --launch-type FARGATE --task-definition "$definition" \
  --network-configuration "$network" --query 'tasks[0].taskArn' --output text)
echo "Migrating: $task"
aws ecs wait tasks-stopped --cluster "$cluster" --tasks "$task"
code=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" \
  --query "tasks[0].containers[?name=='migrate'].exitCode | [0]" --output text)
if [ "$code" != 0 ]; then
  echo "The migration failed (exit code $code); the service was left as it is. Its log says why." >&2
  exit 1
fi

npx cdk deploy JourneyService --exclusively --parameters "JourneyService:ImageTag=$tag" "$@"
