import { autodeskCourse } from './convergence/autodesk.ts';
import { describeConvergence } from './convergence/course.ts';

describeConvergence(autodeskCourse);
