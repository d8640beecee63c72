import { answerCalls } from './child.js';
import { collectGarbage } from './garbage.js';

// Loaded into a server before its own code: tells what the whole process, all of its threads, has used of the processor.
answerCalls({
  cpu: () => process.cpuUsage(),
  memory: () => process.memoryUsage.rss(),
  /** Without what nobody refers to any more. */
  memoryHeld: () => {
    collectGarbage();
    return process.memoryUsage.rss();
  },
});
