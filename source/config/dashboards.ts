import type { OwnDashboards } from './dashboards-schema.ts';
import { gather } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { ConfigFormat } from './schema.ts';
import { profileOf } from './settle.ts';

/** The `dashboards` of the profile in use. Throws `UserError` naming the key that is wrong. */
export async function loadDashboards(
	format: ConfigFormat,
	options: Omit<LoadOptions, 'nodeSpecs'>,
): Promise<OwnDashboards> {
	const { config, choices } = await gather(format, { ...options, nodeSpecs: [] });
	return profileOf(config ?? {}, choices.profile.value)?.dashboards ?? {};
}
