import { voiceContract } from './contract.ts';
import { MemoryVoice } from './memory-voice.ts';

voiceContract({
  name: 'in memory',
  open: () => new MemoryVoice(['en-US']),
  sentences: { 'en-US': 'one two three' },
  speaks: false,
});
