#!/usr/bin/env bash
# One release: builds the image if the registry does not have it, deploys the migration, runs it, and only when it succeeded
# deploys the service.
#
#   deploy/release.sh IMAGE_TAG [CDK OPTION…]
#
# The first release also names the certificate: --parameters JourneyService:CertificateArn=arn:aws:acm:…
# Needs Node, the AWS command line and credentials. Needs Docker too when the registry lacks the image, or the metrics
# collector of this release: then it builds the one, and copies the other.
set -euo pipefail

tag=${1:?usage: deploy/release.sh IMAGE_TAG [CDK OPTION…]}
shift
cd "$(dirname "$0")"

has_image() {
  aws ecr describe-images --repository-name "$1" --image-ids "imageTag=$2" >/dev/null 2>&1
}
# Signs in, and prints the repository's address.
sign_in() {
  local uri
  uri=$(aws ecr describe-repositories --repository-names "$1" --query 'repositories[0].repositoryUri' --output text)
  aws ecr get-login-password | docker login --username AWS --password-stdin "${uri%%/*}" >&2
  echo "$uri"
}

if ! has_image journey-service "$tag"; then
  if [ -n "$(git status --porcelain)" ]; then
    echo "Commit first: the image's provenance would name a commit that it was not built from." >&2
    exit 1
  fi
  image=$(sign_in journey-service):$tag
  echo "Building $image"
  # Docker's default driver attaches nothing to an image.
  docker buildx inspect journey-release >/dev/null 2>&1 ||
    docker buildx create --name journey-release --driver docker-container
  # The registry keeps with the image of which commit and base images it was built (SLSA provenance), and its packages.
  docker buildx build --builder journey-release --platform linux/amd64 --provenance=mode=max --sbom=true \
    --tag "$image" --push ..
fi

# The tasks have no way to the internet, so the collector must be in a registry of our own.
collector=$(sed -n "s/^export const COLLECTOR_TAG = '\(.*\)';$/\1/p" lib/metricsCollector.ts)
repository=journey-service-collector
if ! has_image $repository "$collector"; then
  source=public.ecr.aws/aws-observability/aws-otel-collector:$collector
  copy=$(sign_in $repository):$collector
  echo "Copying $source to $copy"
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
