import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stateDirectory } from '../config/paths.ts';
import type { Supervision } from '../lifecycle/client.ts';

/** Beside dist/cli.js; this module becomes a part of dist/chunks. */
const entry = fileURLToPath(new URL('../supervisor.js', import.meta.url));

/** Where the supervised nodes of this user are. */
export function supervisionOf({ env }: { readonly env: NodeJS.ProcessEnv }): Supervision {
	const runtime = env['XDG_RUNTIME_DIR'] ?? '';
	const short = isAbsolute(runtime) ? runtime : tmpdir();
	return {
		root: join(stateDirectory({ env }), 'process'),
		runtime: join(short, `nodetop-${process.getuid?.() ?? 0}`),
		entry,
		env,
	};
}
