/** Where a node answers, and over what. */
export type NodeAddress =
	| { readonly transport: 'http'; readonly url: URL }
	| { readonly transport: 'tcp'; readonly host: string; readonly port: number }
	| { readonly transport: 'unix'; readonly path: string };

export type RpcAddress = Exclude<NodeAddress, { transport: 'http' }>;

/** NodeRunnerConfig's RPC port, for `tcp://host` without one. */
const defaultRpcPort = 9090;

/** Chooses the transport by the URL's scheme; `undefined` for a URL that is none of this kind. */
export function parseAddress(url: string): NodeAddress | undefined {
	if (url.startsWith('unix:')) {
		const path = url.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
		return path === '' ? undefined : { transport: 'unix', path };
	}
	const parsed = URL.parse(url);
	if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') {
		return { transport: 'http', url: parsed };
	}
	if (parsed?.protocol !== 'tcp:' || parsed.hostname === '') return undefined;
	return {
		transport: 'tcp',
		host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
		port: parsed.port === '' ? defaultRpcPort : Number(parsed.port),
	};
}

/** The address for messages; holds no credentials. */
export function showAddress(address: RpcAddress): string {
	if (address.transport === 'unix') return address.path;
	const host = address.host.includes(':') ? `[${address.host}]` : address.host;
	return `${host}:${address.port}`;
}
