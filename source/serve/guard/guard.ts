import type { IncomingMessage } from 'node:http';
import { originProblem } from './origin.ts';
import type { HostRules } from './origin.ts';
import { createRateLimit, refusalRate, usualRate } from './rate.ts';
import type { RateSettings } from './rate.ts';
import { createRoles, mayAs } from './roles.ts';
import type { AccessToken, Role } from './roles.ts';

export interface GuardOptions {
	readonly tokens: readonly AccessToken[];
	readonly hosts: HostRules;
	readonly rate?: RateSettings | undefined;
	readonly steadyNow: () => number;
}

export interface Refusal {
	readonly status: 401 | 403 | 429;
	readonly error: string;
	readonly headers?: Readonly<Record<string, string>>;
}

/** Decides whether a request may come in; `undefined` when it may. */
export interface Guard {
	/** Where it comes from, and how often. */
	readonly refuseSource: (request: IncomingMessage) => Refusal | undefined;
	/** Who sends it. */
	readonly refuseRole: (request: IncomingMessage, needed: Role) => Refusal | undefined;
	/** The name of the token; `undefined` without one. */
	readonly nameOf: (request: IncomingMessage) => string | undefined;
}

export function createGuard({ tokens, hosts, rate, steadyNow }: GuardOptions): Guard {
	const requests = createRateLimit(rate ?? usualRate, steadyNow);
	const refusals = createRateLimit(refusalRate, steadyNow);
	const callerOf = createRoles(tokens);
	return {
		nameOf: ({ headers }) => callerOf(headers.authorization)?.name,
		refuseSource(request) {
			const waitSeconds = requests.take(addressOf(request));
			if (waitSeconds !== undefined) return tooMany(waitSeconds, 'too many requests');
			const problem = originProblem(request.headers, hosts);
			return problem === undefined ? undefined : { status: 403, error: problem };
		},
		refuseRole(request, needed) {
			const role = callerOf(request.headers.authorization)?.role;
			if (role === undefined) {
				const waitSeconds = refusals.take(addressOf(request));
				if (waitSeconds !== undefined) return tooMany(waitSeconds, 'too many wrong tokens');
				return {
					status: 401,
					error: 'this needs a token: send it as `Authorization: Bearer …`',
					headers: { 'www-authenticate': 'Bearer realm="nodetop"' },
				};
			}
			return mayAs(role, needed)
				? undefined
				: { status: 403, error: `this needs a token of role ${needed}; yours is ${role}` };
		},
	};
}

function tooMany(waitSeconds: number, error: string): Refusal {
	return { status: 429, error, headers: { 'retry-after': String(waitSeconds) } };
}

function addressOf({ socket }: IncomingMessage): string {
	return socket.remoteAddress ?? '';
}
