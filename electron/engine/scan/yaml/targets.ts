/** Classes of NeMo's collections: parts of models, datasets and losses, by their modules. */
const modules = [
  'nemo.collections.asr.',
  'nemo.collections.tts.',
  'nemo.collections.nlp.',
  'nemo.collections.common.',
];

/** What else the settings of published models name. Classes that hold numbers; nothing that opens, imports or calls on. */
const classes: ReadonlySet<string> = new Set([
  'torch.nn.CrossEntropyLoss',
  'torch.nn.MSELoss',
  'torch.nn.ReLU',
  'torch.nn.GELU',
  'torch.nn.SiLU',
  'torch.optim.Adam',
  'torch.optim.AdamW',
  'torch.optim.SGD',
  'torch.optim.lr_scheduler.CosineAnnealingLR',
]);

/** Parts of the collections that read files or start programs by their nature. */
const excluded = /\.(scripts?|utils?|export|data\.vocabs)\./;

/** May `_target_` name this? A class (capitalised) in one of the modules, or one of the listed classes. */
export function isAllowedTarget(target: string): boolean {
  if (classes.has(target)) return true;
  const isClass = /^[a-z_]\w*(\.[a-z_]\w*)*\.[A-Z]\w*$/.test(target) && !target.includes('.__');
  return isClass && modules.some((module) => target.startsWith(module)) && !excluded.test(target);
}
