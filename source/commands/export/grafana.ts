import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sendHttp } from '../../alerts/delivery/http.ts';
import { loadDashboards } from '../../app/configuration.ts';
import { exitCodes, messageOf, UserError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { dashboardNames, toDashboard, toOwnDashboard } from '../../export/grafana/dashboards.ts';
import { requirePrefix } from '../../export/metrics/families.ts';
import type { CommandContext } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { settingsFlags } from '../settings-flags.ts';
import { unknownVerb } from '../profile/profile.ts';
import { warnOn } from '../warn.ts';
import { httpUrl, readPushToken } from './open-push.ts';

const attemptMs = 30_000;

/** `nodetop export grafana`: dashboards, printed, written to a directory, or pushed to a Grafana. */
export async function exportGrafana(context: CommandContext): Promise<number> {
	const { flags, input } = await parseFlags(context.argv, {
		profile: settingsFlags.profile,
		config: settingsFlags.config,
		output: { type: 'string', shortFlag: 'o' },
		push: { type: 'string' },
		tokenFile: { type: 'string' },
		prefix: { type: 'string' },
	});
	const own = await loadDashboards({ flags, env: context.env });
	const taken = Object.keys(own).find((name) => dashboardNames.includes(name));
	if (taken !== undefined) {
		throw new UserError(`dashboards.${taken}: ${taken} is a dashboard of nodetop`, {
			exitCode: exitCodes.config,
			nextSteps: ['give yours another name'],
		});
	}
	const known = [...dashboardNames, ...Object.keys(own)];
	const unknown = input.find((name) => !known.includes(name));
	if (unknown !== undefined) throw unknownVerb('export grafana', unknown, known);
	const prefix = flags.prefix === undefined ? undefined : requirePrefix(flags.prefix);
	const names = input.length === 0 ? known : input;
	const files = names.map((name) => {
		const ours = own[name];
		return [name, ours ? toOwnDashboard(name, ours, prefix) : toDashboard(name, prefix)] as const;
	});
	if (flags.push !== undefined) {
		const token = await readPushToken(flags.tokenFile, context);
		return pushAll(files, httpUrl(flags.push), token, context);
	}
	if (flags.output !== undefined) return writeAll(files, resolve(flags.output), context);
	const [only, more] = files;
	if (only === undefined || more !== undefined) {
		throw new UserError('export grafana prints one dashboard, or writes all to a directory', {
			nextSteps: [`name one of ${known.join(', ')}`, 'or add -o DIRECTORY'],
		});
	}
	context.stdout.write(`${JSON.stringify(only[1], null, 2)}\n`);
	return exitCodes.ok;
}

type Files = readonly (readonly [name: string, dashboard: object])[];

function writeAll(files: Files, directory: string, context: CommandContext): number {
	try {
		mkdirSync(directory, { recursive: true });
		for (const [name, dashboard] of files) {
			writeFileSync(
				join(directory, `nodetop-${name}.json`),
				`${JSON.stringify(dashboard, null, 2)}\n`,
			);
		}
	} catch (error) {
		throw new UserError(`${directory} cannot be written: ${messageOf(error)}`, {
			exitCode: exitCodes.cannotWrite,
			cause: error,
		});
	}
	warnOn(context)(`${files.length} dashboards in ${directory}`);
	return exitCodes.ok;
}

/** `POST /api/dashboards/db` of Grafana's HTTP API: creates a dashboard, or replaces that of its uid. */
async function pushAll(
	files: Files,
	given: URL,
	token: Secret | undefined,
	context: CommandContext,
): Promise<number> {
	const url = new URL(given);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/dashboards/db`;
	const headers = {
		'content-type': 'application/json',
		...(token && { authorization: `Bearer ${token.reveal()}` }),
	};
	for (const [name, dashboard] of files) {
		const outcome = await sendHttp({
			url: new Secret(url.href),
			body: JSON.stringify({ dashboard, overwrite: true, message: 'nodetop export grafana' }),
			headers,
			signal: AbortSignal.any([context.signal, AbortSignal.timeout(attemptMs)]),
			now: () => context.clock.now(),
			...(token && { secrets: [token] }),
		});
		if (outcome.kind === 'sent') continue;
		warnOn(context)(`${name}: ${outcome.reason}`);
		return exitCodes.unavailable;
	}
	warnOn(context)(`${files.length} dashboards pushed to ${url.host}`);
	return exitCodes.ok;
}
