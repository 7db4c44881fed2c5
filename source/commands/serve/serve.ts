import { chooseSubject } from '../../app/choose-targets.ts';
import { loadServeSettings, loadSettings } from '../../app/configuration.ts';
import { limitHeap } from '../../app/heap.ts';
import { monitorOptions } from '../../app/monitor-options.ts';
import { startHistory } from '../../app/run-history.ts';
import type { RunHistory } from '../../app/run-history.ts';
import { startServing } from '../../app/serving.ts';
import { withMonitor } from '../../app/take-document.ts';
import { countOf } from '../../config/profiles.ts';
import { exitCodes } from '../../domain/errors.ts';
import { aborted } from '../../domain/waiting.ts';
import type { Command } from '../command.ts';
import { parseFlags } from '../flags.ts';
import { startShownAlerting } from '../../app/shown-alerts/alerting.ts';
import type { ShownAlerting } from '../../app/shown-alerts/alerting.ts';
import { settingsFlags } from '../settings-flags.ts';
import { surroundingsOf } from '../surroundings.ts';
import { warnOn } from '../warn.ts';

const help = `Usage
  nodetop serve [NODE…] [--listen HOST:PORT] [--token-file ROLE=FILE]…

Polls the nodes of the profile, or the given nodes, and serves what it sees over HTTP until you stop it:
a page for browsers at /, documents, a stream of changes, history and metrics. /api/v1/openapi.json
describes all of it. Another nodetop can watch this one: nodetop http://HOST:PORT

  --listen HOST:PORT      address to listen on (default 127.0.0.1:7070; port 0 takes a free one)
  --token-file ROLE=FILE  a token, for any address that is not loopback. ROLE is read, test (also runs
                          network tests) or act (also acknowledges and silences alerts)
  --profile NAME          use this profile; its key serve holds addresses, host names and tokens
  -c, --config FILE       use this configuration file
  -i, --interval D        time between polls of a node: 500ms, 2s, 1m
  --timeout D             longest time to wait for an answer of a node
  --insecure              accept any TLS certificate
  --read-only             send only polls, no network tests or probes
  --no-history            record nothing

If nodetop watch of the profile is running, serve shows its alerts; otherwise serve evaluates the rules and
notifies the channels itself. nodetop watch --serve does both in one process.

Examples
  nodetop serve
  nodetop serve --listen 0.0.0.0:7070 --token-file read=/run/secrets/nodetop
  curl -s http://127.0.0.1:7070/api/v1/snapshot | jq .summary
`;

/** `nodetop serve`. */
export const serve: Command = {
	help,
	async run(context) {
		const { flags, input } = await parseFlags(context.argv, {
			...settingsFlags,
			listen: { type: 'string' },
			tokenFile: { type: 'string', isMultiple: true },
		});
		const { env, clock, signal } = context;
		const warn = warnOn(context);
		const settings = await loadSettings({ flags, nodeSpecs: input, env, warn });
		const served = await loadServeSettings({ flags, env, warn }, flags);
		const surroundings = surroundingsOf(context);
		const { targets, hint } = await chooseSubject(settings, surroundings);
		// What was named on the command line, or only found, is not what the profile's alerts are about.
		const isOfProfile = input.length === 0 && hint === undefined;
		const profile = isOfProfile ? settings.profile : undefined;
		context.signals?.handle();
		limitHeap('loading', targets.length);
		const monitoring = monitorOptions('lasting', settings, targets, surroundings);
		return withMonitor({ ...monitoring, keepsNetworkMemory: true }, async (monitor) => {
			const { reportBug } = surroundings;
			let alerting: ShownAlerting | undefined;
			let history: RunHistory | undefined;
			const server = await startServing({
				monitor,
				settings: served,
				surroundings,
				hint,
				readOnly: settings.readOnly,
				history: () => history?.client(),
				act: (action) => alerting?.act(action),
			});
			await context.signals?.guard();
			await monitor.start();
			limitHeap('running');
			alerting = startShownAlerting({
				context,
				flags,
				profile,
				monitor,
				isRecorded: settings.history !== undefined,
				reportBug: (error) => {
					reportBug(error, 'alerts');
				},
			});
			history = startHistory({ monitor, settings: settings.history, profile, env, clock });
			if (hint !== undefined) warn(hint);
			warn(`serving ${countOf(targets.length, 'node')} at ${server.url}`);
			await aborted(signal);
			await server.close();
			await history.close();
			await alerting.close();
			return exitCodes.ok;
		});
	},
};
