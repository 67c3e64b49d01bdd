/* What checking the pair lists found, kept from the first rule that asks to the last. */
#ifndef VTM_LINT_PAIR_RULES_H
#define VTM_LINT_PAIR_RULES_H

#include "lint/rule.h"

typedef struct vtm_lint_pairs vtm_lint_pairs;
void vtm_lint_pairs_free(vtm_lint_pairs *pairs); /* NULL is allowed */

/* The number of the rule in vtm_pair_rule_at, or VTM_LINT_NONE. */
int vtm_lint_pair_rule_number(const vtm_lint_rule *rule);

#endif
