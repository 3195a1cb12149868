import { runGeneratorProcess } from '../lib/load/generator-process';

runGeneratorProcess();
