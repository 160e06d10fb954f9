/** Names of Python's and Jinja's insides by which templates have left their sandbox. */
export const deniedAttributes: ReadonlySet<string> = new Set([
  ...['ag_code', 'ag_frame', 'cr_code', 'cr_frame', 'f_back', 'f_builtins', 'f_globals', 'f_locals'],
  ...['func_closure', 'func_code', 'func_defaults', 'func_globals', 'gi_code', 'gi_frame', 'gi_yieldfrom'],
  ...['im_class', 'im_func', 'im_self', 'mro', 'tb_frame', 'tb_next', 'format_map'],
  ...['builtins', 'environ', 'eval', 'exec', 'modules', 'os', 'popen', 'subprocess', 'system', 'urlopen'],
]);

/** Globals of Jinja and Flask that lead to Python's modules. A variable of the same name starts as the global. */
export const jinjaGlobals: ReadonlySet<string> = new Set([
  ...['cycler', 'joiner', 'lipsum', 'self', 'request', 'get_flashed_messages', 'url_for'],
]);

/** What no chat template has a use for: globals of Jinja and of web frameworks that lead to Python's modules, and Python's own. */
export const deniedNames: ReadonlySet<string> = new Set([
  ...['cycler', 'joiner', 'lipsum', 'self', 'request', 'get_flashed_messages', 'url_for', 'session'],
  ...['getattr', 'setattr', 'delattr', 'eval', 'exec', 'compile', 'open', 'globals', 'locals', 'vars', 'dir'],
  ...['type', 'chr', 'ord', 'os', 'sys', 'subprocess', 'builtins', 'environment', 'context', 'super', 'help'],
]);

/** Functions that transformers and llama.cpp hand to chat templates, and Jinja's harmless ones. */
export const knownFunctions: ReadonlySet<string> = new Set([
  ...['range', 'dict', 'namespace', 'caller', 'raise_exception', 'strftime_now', 'tojson', 'loop'],
]);

/** Filters that turn values into values. `attr`, `map` and those that take an attribute's name are looked at one by one. */
export const knownFilters: ReadonlySet<string> = new Set([
  ...[
    'abs',
    'batch',
    'capitalize',
    'center',
    'count',
    'd',
    'default',
    'dictsort',
    'e',
    'escape',
    'filesizeformat',
  ],
  ...[
    'first',
    'float',
    'forceescape',
    'format',
    'from_json',
    'fromjson',
    'groupby',
    'indent',
    'int',
    'items',
  ],
  ...[
    'join',
    'last',
    'length',
    'list',
    'lower',
    'map',
    'max',
    'min',
    'pprint',
    'random',
    'reject',
    'rejectattr',
  ],
  ...['replace', 'reverse', 'round', 'safe', 'select', 'selectattr', 'slice', 'sort', 'string', 'striptags'],
  ...['sum', 'title', 'tojson', 'trim', 'truncate', 'unique', 'upper', 'urlencode', 'urlize', 'wordcount'],
  ...['wordwrap', 'xmlattr', 'strftime'],
]);

/** Filters whose first or `attribute` argument is an attribute's name, and those that take a filter's name. */
export const attributeFilters: ReadonlySet<string> = new Set([
  ...['groupby', 'map', 'max', 'min', 'rejectattr', 'selectattr', 'sort', 'sum', 'unique', 'join'],
]);

/** Names that only Python's object model has, spelt in full. */
export const dunder =
  /__(?:class|base|bases|mro|subclasses|init|globals|builtins|import|dict|getattribute|getattr|getitem|call|code|closure|self|func|module|reduce|reduce_ex|new|doc|name|qualname|loader|spec|wrapped|enter|exit|del|set|get|format|str|repr|dir|slots|weakref|annotations|kwdefaults|defaults|context|html)__/;
