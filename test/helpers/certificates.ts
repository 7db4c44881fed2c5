import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Issued {
	readonly certificate: string;
	readonly key: string;
}

/** Makes a certificate for 127.0.0.1 and more names that is its own authority, in NAME.pem and NAME.key. */
export function issue(directory: string, name: string, alsoFor: readonly string[] = []): Issued {
	const file = (ending: string) => path.join(directory, `${name}.${ending}`);
	const names = ['IP:127.0.0.1', ...alsoFor.map((host) => `DNS:${host}`)].join(',');
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	const files = ['-keyout', file('key'), '-out', file('pem')];
	const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
	execFileSync('openssl', ['req', '-x509', ...key, '-days', '2', ...files, ...subject], {
		stdio: 'ignore',
	});
	chmodSync(file('key'), 0o600);
	return {
		certificate: readFileSync(file('pem'), 'utf8'),
		key: readFileSync(file('key'), 'utf8'),
	};
}
