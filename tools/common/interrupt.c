#include "common/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/tool.h"

/* Signal handlers reach nothing but globals. */
static _Atomic(vtm_context *) running;
static atomic_bool interrupted;

static void end_now(void) {
  static const char message[] = "\ninterrupted\n";
  (void)!write(STDERR_FILENO, message, sizeof(message) - 1);
  _exit(VTM_EXIT_FAILED);
}

static void on_signal(int signal_number) {
  if (signal_number == SIGALRM || atomic_exchange(&interrupted, true)) end_now();
  vtm_context *context = atomic_load(&running);
  if (context != NULL) vtm_context_cancel(context);
  /* A long step inside a linear algebra library does not look at the flag. */
  const struct itimerval patience = {.it_value = {.tv_usec = 900000}};
  (void)setitimer(ITIMER_REAL, &patience, NULL);
}

void vtm_interrupt_install(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  (void)sigemptyset(&action.sa_mask);
  const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
  for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++) {
    struct sigaction before;
    /* nohup and shell background jobs ignore some of them on purpose */
    if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN && caught[i] != SIGALRM) continue;
    (void)sigaction(caught[i], &action, NULL);
  }
  (void)signal(SIGPIPE, SIG_IGN);
  (void)signal(SIGXFSZ, SIG_IGN);
}

void vtm_interrupt_cancels(vtm_context *context) {
  atomic_store(&running, context);
  if (context != NULL && atomic_load(&interrupted)) vtm_context_cancel(context);
}

bool vtm_interrupted(void) { return atomic_load(&interrupted); }
