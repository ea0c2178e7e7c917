import { useAppState } from '../../store/context.ts';
import { selectConnections } from '../../store/selectors.ts';
import classes from './review.module.css';
import { toAsOfText } from './review-words.ts';

/** From when a list of this panel is: what others did since is not in it. */
export function AsOfLine() {
  const text = toAsOfText(useAppState(selectConnections));
  if (text === '') return null;
  return (
    <span className={classes.asOf} data-testid="list-as-of">
      {text}
    </span>
  );
}
