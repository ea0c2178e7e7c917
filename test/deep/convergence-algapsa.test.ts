import { algapsaCourse } from './convergence/algapsa.ts';
import { describeConvergence } from './convergence/course.ts';

describeConvergence(algapsaCourse);
