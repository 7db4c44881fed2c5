/**
 * Who is at fault: `proxy` does not answer or answers nonsense, it refuses `us`, or it does not reach the
 * `destination`.
 */
export type TunnelFault = 'proxy' | 'us' | 'destination';

export class TunnelError extends Error {
	override readonly name = 'TunnelError';
	/** As errors of the system have one, for what passes it on. */
	readonly code = 'EPROXY';
	readonly fault: TunnelFault;

	constructor(fault: TunnelFault, message: string, options?: ErrorOptions) {
		super(message, options);
		this.fault = fault;
	}
}

/** The error itself, or the one that it came from. */
export function tunnelErrorIn(error: unknown): TunnelError | undefined {
	let each = error;
	for (let depth = 0; depth < 8 && each instanceof Error; depth += 1) {
		if (each instanceof TunnelError) return each;
		each = each.cause;
	}
	return undefined;
}
