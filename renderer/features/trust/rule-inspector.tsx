import { formatCount } from '#shared/format/bytes.ts';
import { RuleEffect } from '#shared/contract/scan.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { EffectMark } from '#renderer/components/effect-mark.tsx';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Inspector } from '#renderer/components/inspector.tsx';
import { goTo } from '#renderer/lib/navigation.ts';
import type { PolicyPartProps } from './policy-conditions.tsx';
import { withRule } from './policy-draft.ts';
import { describeEntry, type RuleRow } from './rule-row.ts';
import styles from './policy.module.css';

const inherit = 'inherit';

/** One rule: why it matters, what can be done, what it comes to, and the releases it hit. */
export function RuleInspector({
  row,
  document,
  onChange,
  onClose,
}: PolicyPartProps & { row: RuleRow; onClose: () => void }) {
  const { id, title, why, next, severity, version, setting, impact } = row;
  const own = Object.hasOwn(document.rules, id) ? document.rules[id] : undefined;
  const choices = [
    { value: inherit, label: 'as its family or severity says' },
    ...RuleEffect.options.map((effect) => ({ value: effect, label: effect })),
  ];
  return (
    <Inspector title={title} onClose={onClose}>
      <div className={styles.inspected}>
        <p>{why}</p>
        <p className={styles.quiet}>{next}</p>
        <Facts>
          <Fact name="rule">
            <code>{id}</code>, version {version}
          </Fact>
          <Fact name="severity">{severity}</Fact>
          <Fact name="effect">
            <EffectMark effect={setting.effect} />
          </Fact>
          <Fact name="said by">{describeEntry(setting)}</Fact>
          <Fact name="findings">{formatCount(impact?.findings ?? 0)}</Fact>
          <Fact name="waived">{formatCount(impact?.waived ?? 0)}</Fact>
        </Facts>
        <ChoiceInput
          label="Effect of this rule"
          choices={choices}
          value={own ?? inherit}
          onChange={(value) =>
            onChange(withRule(document, id, value === inherit ? null : RuleEffect.parse(value)))
          }
        />
        {own === 'note' && setting.effect !== 'note' ? (
          <p className={styles.quiet}>
            Bytes that nobody could look at in full are never only noted: it stays at {setting.effect}.
          </p>
        ) : null}
        {impact ? (
          <div>
            <h3>Releases it hit</h3>
            <ul>
              {impact.releases.map(({ model, version: release }) => (
                <li key={`${model}@${release}`}>
                  <LinkButton onClick={() => goTo('models', { model, version: release })}>
                    {model}@{release}
                  </LinkButton>
                </li>
              ))}
            </ul>
          </div>
        ) : (
          <p className={styles.quiet}>No release that is held was hit by it.</p>
        )}
      </div>
    </Inspector>
  );
}
