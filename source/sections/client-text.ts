/** A client with its version, as `Geth 1.16.4`; empty where neither is known. */
export function clientText({
	client,
	version,
}: {
	readonly client?: string | undefined;
	readonly version?: string | undefined;
}): string {
	return [client, version].filter((part) => part !== undefined).join(' ');
}
