import { runLoadProcess } from '../lib/load/load-process';

runLoadProcess();
