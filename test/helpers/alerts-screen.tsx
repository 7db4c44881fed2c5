import { createLook } from '../../components/look.ts';
import type { LookOptions } from '../../components/look.ts';
import { screens } from '../../screens/registry.ts';
import { noActions } from '../../screens/services.ts';
import { Shell } from '../../screens/shell/shell.tsx';
import { actingPerson } from '../../source/alerts/person.ts';
import type { Action } from '../../source/alerts/alert-state.ts';
import type { AlertingStatus } from '../../source/sections/alerting/schema.ts';
import type { LimitsOf } from '../../source/sections/limits.ts';
import type { Group } from '../../source/sections/group/schema.ts';
import type { Alert } from '../../source/domain/alert.ts';
import type { MouseEvent } from '../../source/domain/mouse.ts';
import { createStore } from '../../source/domain/store.ts';
import { createFleet } from '../../source/fleet/fleet.ts';
import type { Fleet } from '../../source/fleet/fleet.ts';
import { createMoments } from '../../source/fleet/moments.ts';
import { createFrameGate } from '../../source/frames/frame-gate.ts';
import type { Past } from '../../source/history/past.ts';
import { createJudge } from '../../source/health/judge.ts';
import { targetFor } from './targets.ts';
import { renderInTty } from './tty.ts';

/** Seconds ago, as the documents write times. */
export function ago(seconds: number): string {
	return new Date(Date.now() - seconds * 1000).toISOString();
}

let made = 0;

/** An alert as the rules make it: of the rule `peers-none` on the node alpha, unless told otherwise. */
export function alertOf(overrides: Partial<Alert> = {}): Alert {
	const { rule = 'peers-none', node = 'alpha', group } = overrides;
	made += 1;
	const subject = group === undefined ? { node } : {};
	return {
		fingerprint: `print-${made}`,
		...subject,
		rule,
		state: 'firing',
		severity: 'warning',
		message: `${group ?? node}: has no peers`,
		labels: { ...subject, ...(group !== undefined && { group }), component: 'network' },
		since: ago(90),
		firedAt: ago(60),
		nextStep: 'check its P2P port',
		...overrides,
	};
}

/** Nodes that answer, and none of which has anything wrong. */
export function fleetWith(
	names: readonly string[],
	alerts: readonly Alert[] | undefined,
	groups: readonly Group[] = [],
): Fleet {
	const fleet = createFleet(createJudge());
	for (const name of names) {
		const target = targetFor(`http://127.0.0.1/${name}`, { name, kind: 'qudag' });
		fleet.add(target);
		const reading = { latencyMs: 3, network: { peers: 3 } };
		const outcome = { status: 'read', reading } as const;
		fleet.apply({ target, atMs: Date.now(), missedSlots: 0, outcome });
	}
	fleet.compare({ groups: [...groups], nowMs: Date.now() });
	fleet.setAlerts(alerts);
	return fleet;
}

export interface ShownAlerts {
	readonly size?: readonly [number, number];
	readonly alerting?: Partial<AlertingStatus>;
	readonly look?: Partial<LookOptions>;
	readonly limitsOf?: LimitsOf;
	readonly past?: Past;
}

/** The shell over a fleet, on a terminal of streams, with what its keys did. */
export function showShell(
	fleet: Fleet,
	{ size = [120, 40], alerting, look, limitsOf, past }: ShownAlerts = {},
) {
	const calls: string[] = [];
	const actions: Action[] = [];
	const status = createStore<AlertingStatus>({
		mode: 'own',
		problems: [],
		silences: [],
		...alerting,
	});
	const gate = createFrameGate(createMoments(fleet, { alerting: status }), { framesPerSecond: 50 });
	const mouse = new Set<(event: MouseEvent) => void>();
	const tty = renderInTty(
		<Shell
			mouse={(listener) => {
				mouse.add(listener);
				return () => mouse.delete(listener);
			}}
			frames={gate}
			controls={{
				setIntervalMs: () => undefined,
				setPaused: gate.setPaused,
				copy: (text) => calls.push(text),
				suspend: () => undefined,
				quit: () => calls.push('quit'),
			}}
			screens={screens}
			look={createLook({ theme: 'dark', isAscii: false, colorDepth: 8, ...look })}
			profile="default"
			intervalMs={1000}
			actions={{
				...noActions,
				actOnAlerts: (action) => actions.push(action),
				person: actingPerson(process.env),
			}}
			whyAbsent={() => undefined}
			limitsOf={limitsOf}
			{...(past && { past })}
			hint={undefined}
		/>,
		...size,
	);
	const close = () => {
		tty.unmount();
		gate.stop();
	};
	const point = (event: MouseEvent) => {
		for (const listener of mouse) listener(event);
	};
	return { tty, calls, actions, status, point, close };
}
