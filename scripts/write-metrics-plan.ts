import { writeFileSync } from 'node:fs';
import { metricsPlanPath, metricsPlanText } from './metrics-plan-table.ts';

writeFileSync(metricsPlanPath, metricsPlanText());
process.stdout.write(`wrote ${metricsPlanPath}\n`);
