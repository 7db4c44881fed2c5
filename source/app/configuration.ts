import { channelKinds } from '../alerts/delivery/channels/registry.ts';
import * as rules from '../config/alert-rules.ts';
import * as catalogue from '../config/catalogue.ts';
import * as routes from '../config/channels.ts';
import * as dashboards from '../config/dashboards.ts';
import * as explanation from '../config/explain.ts';
import * as file from '../config/file.ts';
import * as load from '../config/load.ts';
import * as mask from '../config/mask.ts';
import * as peers from '../config/peers.ts';
import * as serve from '../config/serve.ts';
import { configFormat, configJsonSchema as jsonSchemaOf } from '../config/schema.ts';
import type { ConfigFormat } from '../config/schema.ts';

/**
 * The configuration with the kinds of channel that nodetop has. `source/config` knows none by name: what
 * a channel may hold is decided in its own folder, and joined with the rest of the schema here.
 */
const format = configFormat(channelKinds);

function withFormat<Rest extends readonly unknown[], Result>(
	work: (format: ConfigFormat, ...rest: Rest) => Result,
): (...rest: Rest) => Result {
	return (...rest) => work(format, ...rest);
}

export const readConfigFile = withFormat(file.readConfigFile);
export const editConfigFile = withFormat(file.editConfigFile);
export const checkConfig = withFormat(file.checkConfig);
export const gather = withFormat(load.gather);
export const loadSettings = withFormat(load.loadSettings);
export const loadAlertRules = withFormat(rules.loadAlertRules);
export const loadAlertRoutes = withFormat(routes.loadAlertRoutes);
export const loadDashboards = withFormat(dashboards.loadDashboards);
export const loadPeer = withFormat(peers.loadPeer);
export const loadServeSettings = withFormat(serve.loadServeSettings);
export const explainSettings = withFormat(explanation.explainSettings);
export const maskConfig = withFormat(mask.maskConfig);
export const knownSettings = withFormat(catalogue.knownSettings);
export const configJsonSchema = withFormat(jsonSchemaOf);
