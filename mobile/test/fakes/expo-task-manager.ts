import type { TaskManagerTaskExecutor } from 'expo-task-manager';
import { phone } from '../support/FakePhone';

const { process } = phone();

export function defineTask(name: string, executor: TaskManagerTaskExecutor<unknown>) {
  process.tasks.set(name, executor);
}
