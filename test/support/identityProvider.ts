import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';

/** An identity provider that signs tokens and publishes its keys over HTTP. */
export class IdentityProvider {
  /** How often its keys were requested. */
  requests = 0;
  isAway = false;
  private published: JWK[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (_request, response) => {
      this.requests += 1;
      if (this.isAway) return void response.writeHead(503).end();
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: this.published }));
    });
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new IdentityProvider(server);
  }

  get keysUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/keys`;
  }

  /** Publishes a new key in the place of all others; what it returns signs tokens by that key. */
  async rotate(kid: string): Promise<(sub: string) => Promise<string>> {
    const sign = await this.createKey(kid, (jwk) => (this.published = [jwk]));
    return sign;
  }

  /** Signs by a key that is never published. */
  unknownKey(kid: string): Promise<(sub: string) => Promise<string>> {
    return this.createKey(kid, () => undefined);
  }

  private async createKey(
    kid: string,
    publish: (jwk: JWK) => void,
  ): Promise<(sub: string) => Promise<string>> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    publish({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' });
    return (sub) =>
      new SignJWT({ role: 'student' })
        .setProtectedHeader({ alg: 'ES256', kid })
        .setSubject(sub)
        .setExpirationTime('1h')
        .sign(privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
