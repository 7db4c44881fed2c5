import tls from 'node:tls';
import type { TlsMaterial } from './connection.ts';

/** The authorities that count for a target: its own beside those of Node; `undefined` for the usual ones. */
export function authoritiesOf(material: TlsMaterial | undefined): string[] | undefined {
	const { authority } = material ?? {};
	if (authority === undefined) return undefined;
	// Since Node 22.15; before, what NODE_EXTRA_CA_CERTS adds is not known here.
	const { getCACertificates }: Partial<typeof tls> = tls;
	// What is given replaces the usual authorities, so that these are given as well.
	return [...(getCACertificates?.('default') ?? tls.rootCertificates), authority];
}
