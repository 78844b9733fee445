import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * The secret that signs tokens (HS256), and the previous one, which is still accepted, so that a change refuses
 * nobody. Before the first change the previous one is a random string that signed nothing.
 */
export class TokenSecrets extends Construct {
  readonly current: Secret;
  readonly previous: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.current = this.secret('Current', 'AUTH_JWT_SECRET');
    this.previous = this.secret('Previous', 'AUTH_JWT_SECRET_PREVIOUS');
  }

  private secret(id: string, setting: string): Secret {
    const secret = new Secret(this, id, {
      description: `Journey service: ${setting}`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Shared with the issuer of the tokens and changed together with it, in the order of docs/operations.md. A ' +
        'rotation of one side alone would refuse every user.',
    });
    return secret;
  }
}
