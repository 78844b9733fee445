const { join } = require('node:path');
const { getDefaultConfig } = require('expo/metro-config');

const repository = join(__dirname, '..');
const config = getDefaultConfig(__dirname);

// @journey/client is linked from the folder beside this one, and the basemap's style is the web map's.
config.watchFolders = [join(repository, 'client'), join(repository, 'web', 'src', 'map')];
config.resolver.nodeModulesPaths = [join(__dirname, 'node_modules')];

// Its peers must be this app's copies, also where the client's folder has its own for development: two Reacts break hooks.
const shared = /^(@apollo\/client|graphql|react|rxjs)(\/|$)/;
config.resolver.resolveRequest = (context, name, platform) => {
  if (shared.test(name))
    return context.resolveRequest(
      { ...context, originModulePath: join(__dirname, 'package.json') },
      name,
      platform,
    );
  // Always the ES modules: Metro takes a part of the package as CommonJS, which would bring a second Apollo Client along.
  const [isClient, part = ''] = /^@journey\/client(?:\/(\w+))?$/.exec(name) ?? [];
  if (!isClient) return context.resolveRequest(context, name, platform);
  const file = part === 'core' ? 'core.js' : join(part, 'index.js');
  return { type: 'sourceFile', filePath: join(repository, 'client/dist/esm', file) };
};

module.exports = config;
