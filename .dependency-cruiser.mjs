/** Who may import whom. Each rule is shown to bite in test/unit/import-rules.test.ts. */
const backend = '^src-main/backend/';
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    only('no-circle', 'Data flows one way.', {}, { circular: true }),
    only(
      'contract-is-a-leaf',
      'The contract imports only its own files and zod.',
      { path: '^src-preload/contract/' },
      { pathNot: ['^src-preload/contract/', '^node_modules/zod/'] },
    ),
    only(
      'preload-knows-contract',
      'The preload imports Electron, its desk and the contract.',
      { path: '^src-preload/(index|desk)\\.ts$' },
      { pathNot: ['^src-preload/(contract/|desk\\.ts$)', '^node_modules/electron/'] },
    ),
    only(
      'electron-at-the-rim',
      'Only src-main/*.ts, the backend process entry and the preload import Electron.',
      {
        path: '^(src-|test/(support|servers|unit|flow|remote-contract|deep))',
        pathNot: ['^src-main/[^/]+\\.ts$', '^src-main/backend/process\\.ts$', '^src-preload/index\\.ts$'],
      },
      { path: '^(node_modules/)?electron(/|$)' },
    ),
    only(
      'remote-knows-contract',
      'Remotes know the contract and the shared backend errors only.',
      { path: `${backend}remote/` },
      {
        path: '^src-',
        pathNot: [`${backend}remote/`, '^src-preload/contract/', `${backend}(must|ports)\\.ts$`],
      },
    ),
    only(
      'store-knows-contract',
      'The store knows the contract and the query language only.',
      { path: `${backend}store/` },
      {
        path: '^src-',
        pathNot: [`${backend}(store|query)/`, '^src-preload/contract/', `${backend}must\\.ts$`],
      },
    ),
    only(
      'query-language-is-pure',
      'The query language knows the contract only.',
      { path: `${backend}query/` },
      { path: '^src-', pathNot: [`${backend}query/`, '^src-preload/contract/'] },
    ),
    only(
      'traversals-are-pure',
      'What follows relationships far works on arrays of numbers alone.',
      { path: `${backend}traverse/` },
      { path: '^src-', pathNot: [`${backend}traverse/`] },
    ),
    only(
      'rules-are-pure',
      'The rule engine knows the contract only.',
      { path: `${backend}rules/` },
      { path: '^src-', pathNot: [`${backend}rules/`, '^src-preload/contract/', `${backend}must\\.ts$`] },
    ),
    only(
      'commands-know-store-and-rules',
      'Commands know store and rules.',
      { path: `${backend}commands/` },
      {
        path: '^src-',
        pathNot: [`${backend}(commands|store|rules)/`, '^src-preload/contract/', `${backend}must\\.ts$`],
      },
    ),
    only(
      'transfer-knows-commands',
      'Import and export know commands, store and rules, never a remote or a sync.',
      { path: `${backend}transfer/` },
      {
        path: '^src-',
        pathNot: [
          `${backend}(transfer|commands|store|rules)/`,
          `${backend}(must|traverse/pace)\\.ts$`,
          '^src-preload/contract/',
        ],
      },
    ),
    only(
      'sync-knows-store-rules-remote',
      'Sync knows store, rules and the Remote interface, never one remote.',
      { path: `${backend}sync/` },
      {
        path: '^src-',
        pathNot: [
          `${backend}(sync|store|rules)/`,
          `${backend}remote/(remote|errors)\\.ts$`,
          '^src-preload/contract/',
          `${backend}(must|ports)\\.ts$`,
        ],
      },
    ),
    only(
      'plan-is-pure',
      'Planning and guarding touch no database, network or clock.',
      { path: `${backend}sync/(plan|guard)\\.ts$` },
      { path: `${backend}(store|remote)/|^node_modules/`, dependencyTypesNot: ['type-only'] },
    ),
    only(
      'plan-needs-no-system',
      'Planning and guarding use no module of Node’s.',
      { path: `${backend}sync/(plan|guard)\\.ts$` },
      { dependencyTypes: ['core'] },
    ),
    only(
      'main-knows-no-backend',
      'Main forks the backend; it imports none of it.',
      { path: '^src-main/[^/]+\\.ts$' },
      { path: backend },
    ),
    only(
      'renderer-knows-contract',
      'The renderer imports itself, the contract and packages.',
      { path: '^src-renderer/' },
      { path: '^src-(main|preload)/', pathNot: ['^src-preload/contract/'] },
    ),
    only(
      'only-api-knows-the-bridge',
      'Only the api folder imports the bridge.',
      { path: '^src-renderer/', pathNot: ['^src-renderer/api/'] },
      { path: '^src-preload/contract/bridge\\.ts$' },
    ),
    only(
      'graph-is-an-island',
      'cytoscape is imported in src-renderer/graph alone.',
      { path: '^src-', pathNot: ['^src-renderer/graph/'] },
      { path: '^node_modules/(cytoscape|d3-force)/' },
    ),
    only(
      'views-do-not-reach-the-api',
      'Views and ui call actions of the renderer store.',
      { path: '^src-renderer/(views|ui|graph)/' },
      { path: '^src-renderer/api/' },
    ),
    only(
      'product-knows-no-tests',
      'The product imports no test; the demo servers are a bundle of their own.',
      { path: '^src-' },
      { path: '^test/' },
    ),
    only(
      'servers-stand-alone',
      'Test servers import nothing of the product.',
      { path: '^test/servers/' },
      { path: '^src-' },
    ),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|test-results)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
