import { ChevronRight } from 'lucide-react';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { formatCount } from '#shared/format/bytes.ts';
import { answerQuestions, type Answer } from '#shared/format/evidence-questions.ts';
import { CheckList } from './check-list.tsx';
import { PlainText } from './plain-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './answer-list.module.css';

/** What a verification answers, a row each: the verdict, the answer in words, and the checks that it rests on. */
export function AnswerList({ report }: { report: VerifyReport }) {
  return (
    <div className={styles.list} role="group" aria-label="Questions">
      {answerQuestions(report).map((answer) => (
        <AnswerRow key={answer.question} answer={answer} />
      ))}
    </div>
  );
}

function AnswerRow({ answer: { question, verdict, answer, checks } }: { answer: Answer }) {
  const line = (
    <>
      <VerdictMark verdict={verdict} />
      <span className={styles.question}>{question}</span>
      <span className={styles.answer}>
        <PlainText text={answer} />
      </span>
    </>
  );
  if (checks.length === 0) return <div className={styles.row}>{line}</div>;
  return (
    <details className={styles.fold} open={verdict === 'failed' || verdict === 'warning'}>
      <summary className={styles.row}>
        {line}
        <span className={styles.count}>
          {formatCount(checks.length)} {checks.length === 1 ? 'check' : 'checks'}
        </span>
        <ChevronRight size={14} aria-hidden className={styles.chevron} />
      </summary>
      <div className={styles.checks}>
        <CheckList checks={checks} label={`Checks of ${question}`} />
      </div>
    </details>
  );
}
