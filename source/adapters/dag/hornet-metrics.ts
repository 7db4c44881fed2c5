import { PollError } from '../../domain/errors.ts';
import type { Dag } from '../../sections/dag/schema.ts';
import type { Http } from '../http.ts';
import { parsePrometheusText } from '../prometheus-text.ts';
import { toCount } from '../quantity.ts';
import { atPath } from '../rest-client.ts';
import type { Answered } from '../rest-client.ts';
import { defined } from '../../domain/defined.ts';

const tips = 'iota_node_tips';
const requests = 'iota_node_block_requests';

/**
 * Hornet's Prometheus plugin, :9311: the sizes of its tip pools, and the blocks that others refer to
 * and that it has asked its peers for. A lazy tip, which nobody should refer to, is not counted there.
 */
export async function askMetrics(
	metricsUrl: string,
	http: Http,
	signal: AbortSignal,
): Promise<Answered<Pick<Dag, 'tips' | 'missing'>>> {
	const reply = await http.request({
		url: atPath(metricsUrl, '/metrics'),
		signal,
		accept: 'text/plain;version=0.0.4',
	});
	const { samples } = parsePrometheusText(reply.body, {
		wants: (name) => name === tips || name === requests,
	});
	if (samples.length === 0) {
		throw new PollError('unsupported', 'what answers there has none of Hornet’s metrics');
	}
	const sum = (metric: string) => {
		const values = samples.filter(({ name }) => name === metric).map(({ value }) => value);
		return values.length === 0 ? undefined : toCount(values.reduce((a, b) => a + b, 0));
	};
	return { ...reply, value: defined({ tips: sum(tips), missing: sum(requests) }) };
}
