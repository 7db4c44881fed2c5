/** When the certificate that a server presented ends. */
export interface CertificateWatch {
	/** Looks at the connection of a reply. */
	see(socket: object): void;
	/** Unix ms; undefined without TLS. */
	endsAtMs(): number | undefined;
}

export function createCertificateWatch(): CertificateWatch {
	/** A connection presents one certificate. */
	const seen = new WeakSet<object>();
	let endsAtMs: number | undefined;
	return {
		see(socket) {
			if (seen.has(socket)) return;
			seen.add(socket);
			endsAtMs = endOf(socket) ?? endsAtMs;
		},
		endsAtMs: () => endsAtMs,
	};
}

/** Not by the class of Node's TLS sockets: importing it decodes all certificates that Node carries. */
function endOf(socket: object): number | undefined {
	if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function')
		return undefined;
	const certificate: unknown = socket.getPeerCertificate();
	if (typeof certificate !== 'object' || certificate === null) return undefined;
	const endsAtMs = Date.parse(String(Reflect.get(certificate, 'valid_to')));
	return Number.isNaN(endsAtMs) ? undefined : endsAtMs;
}
