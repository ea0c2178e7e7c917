import { clickieCourse } from './convergence/clickie.ts';
import { describeConvergence } from './convergence/course.ts';

describeConvergence(clickieCourse);
