import type { Tone } from '../../domain/tone.ts';
import { processStates } from '../../domain/words.ts';
import type { Fields } from '../field.ts';
import type { Process } from './schema.ts';

const toneOfState: Readonly<Record<Process['state'], Tone>> = {
	running: 'good',
	starting: 'warn',
	stopping: 'warn',
	upgrading: 'warn',
	stopped: 'warn',
	crashed: 'bad',
	error: 'bad',
};

export const fields = {
	state: {
		label: 'Process',
		statusLabel: 'State',
		unit: 'word',
		priority: 1,
		metric: 'nodetop_process_state',
		words: processStates,
		tone: (state) => toneOfState[state],
	},
	pid: { label: 'Process id', statusLabel: 'PID', unit: 'text', priority: 2 },
	restarts: {
		label: 'Restarts',
		unit: 'count',
		priority: 2,
		metric: 'nodetop_process_restarts_total',
	},
	startedAt: {
		label: 'Process started',
		statusLabel: 'Started',
		unit: 'age',
		priority: 2,
		metric: 'nodetop_process_start_timestamp_seconds',
	},
	exitReason: { label: 'Exit reason', unit: 'text', priority: 1 },
	problem: { label: 'Problem', unit: 'text', priority: 1, tone: () => 'bad' },
	supervisor: { label: 'Supervisor', unit: 'text', priority: 3 },
} as const satisfies Fields<Process>;
