/* The contender of bench/kernel.py: the algebra of tequio's projection, step for step, in C.
   Sixty-four credits to a block, months outside, lanes inside; years of level payments by their
   balances alone; stages, rewards, release and residue month by month.
   gcc -O3 -march=native -ffp-contract=off -fno-math-errno -fno-trapping-math -shared -fPIC */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define W 64
#define MONTHS 400
#define CHUNK 4096
#define KEYS 2048
#define YEAR 12e6
#define PAR 625000.0
#define NO_STAGE -1.0
#define LANES for (int j = 0; j < W; j++)

/* Rows of the plan and of the results, in the order of tequio's own. */
enum { P_BALANCE, P_INSTALMENT, P_RATE, P_INDEXED, P_INSURANCE, P_FEES, P_OVERDUE, P_TERM,
       P_EFFECTIVE, P_EMPLOYER, P_REWARD, P_REWARD_AT };
enum { R_MONTHS, R_PAID, R_CHARGES, R_OVERDUE, R_INTEREST, R_INDEXATION, R_INSTITUTE, R_FUND,
       R_EMPLOYER, R_REWARD, R_RELEASED, R_NPV, R_LEFT };
enum { INDEX, PRICE, DISCOUNT, DISCOUNTS, EVEN, EVEN_MONTHS, EVEN_DISCOUNTS, YEAR_END };
enum { ENDS = 1, REWARDED = 2, FREED = 4, CHANGES = 8 };

typedef struct {
    double balance[W], instalment[W], rate[W], bimester[W], share[W], price[W], worth[W], charges[W];
    double payment[W], gap[W], pays[W], fixed[W], fund_pays[W], waits[W], year[W], small[W];
    double indexed[W], insurance[W], fees[W], term[W], reward_at[W], reward_due[W], release_at[W];
    double months[W], paid[W], charged[W], indexation[W], institute[W], fund[W], employer[W];
    double reward[W], released[W], value[W], peak[W];
} block;

typedef struct {
    int64_t n, stage_count;
    const int64_t *plan[12], *stages; /* stages: (stage, part, row) */
    const double *future;             /* (8, MONTHS + 1) */
    double residue, small_pesos, small_units;
    int64_t *results[13];
    uint8_t *outgrown;
} work;

static inline double interest_of(double b, double rate)
{
    return floor(fma(b * rate, 1.0 / YEAR, 0.5 + 0.5 / YEAR));
}
static inline double pesos(double x, double price)
{
    return floor(fma(x * price, 1.0 / PAR, 0.5 + 0.5 / PAR));
}
static inline double ratio(double x, double a, double b) { return floor(x * a / b + 0.5); }
static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }
static inline double at(const work *w, int row, int t) { return w->future[row * (MONTHS + 1) + t]; }
static inline int64_t stage_part(const work *w, int stage, int part, int64_t i)
{
    return w->stages[(stage * 4 + part) * w->n + i];
}

static void pay_level(block *z, int t, double discount)
{
    LANES {
        double b = z->balance[j], owed = b + interest_of(b, z->rate[j]);
        double payment = least(z->instalment[j], owed), paid = pesos(payment, z->price[j]);
        z->balance[j] = owed - payment;
        z->payment[j] = payment;
        z->paid[j] += paid;
        z->value[j] += discount * paid;
        z->charged[j] += b > 0 ? z->charges[j] : 0;
        z->months[j] = b > 0 ? t : z->months[j];
    }
}

static void pay_in_stages(block *z, int t, double discount)
{
    LANES {
        double b = z->balance[j], price = z->price[j], gap = z->gap[j];
        double instalment = z->instalment[j], pays = z->pays[j];
        double waits = gap == 2 ? z->waits[j] : 0;
        double accrued = interest_of(most(b - waits, 0), z->rate[j]);
        double interest = gap == 3 ? 0 : accrued, owed = b + interest;
        double payment = gap == 0 ? least(pays, instalment) : pays;
        double lacks = gap == 0 ? instalment - payment : 0;
        lacks = gap == 1 ? most(interest - pays, 0) : lacks;
        payment = least(payment, owed);
        double complement = least(lacks, owed - payment);
        double paid = payment == pays ? z->fixed[j] : pesos(payment, price);
        paid = b > 0 ? paid : 0;
        double topped = complement > 0 ? pesos(payment + complement, price) - paid : 0;
        double by_fund = z->fund_pays[j] > 0 ? topped : 0;
        z->balance[j] = owed - payment - complement;
        z->waits[j] = gap == 2 ? most(waits + interest - payment, 0) : 0;
        z->payment[j] = payment;
        z->paid[j] += paid;
        z->fund[j] += by_fund;
        z->institute[j] += topped - by_fund;
        z->value[j] += discount * (paid + by_fund);
        z->charged[j] += b > 0 ? z->charges[j] : 0;
        z->months[j] = b > 0 ? t : z->months[j];
    }
}

static void enter_stages(const work *w, block *z, const int64_t *lanes, int count, int t)
{
    double index = at(w, INDEX, t);
    for (int j = 0; j < count; j++) {
        int64_t last = 0;
        z->gap[j] = NO_STAGE;
        z->fund_pays[j] = 0;
        z->pays[j] = z->instalment[j];
        z->fixed[j] = z->worth[j];
        for (int stage = 0; stage < w->stage_count; stage++) {
            last += stage_part(w, stage, 1, lanes[j]);
            if (t > last) continue;
            double fixed = (double)stage_part(w, stage, 0, lanes[j]);
            z->gap[j] = (double)stage_part(w, stage, 2, lanes[j]);
            z->fund_pays[j] = stage_part(w, stage, 3, lanes[j]) == 2;
            z->fixed[j] = fixed;
            z->pays[j] = z->indexed[j] > 0 ? ratio(fixed, 1e7, index) : fixed;
            break;
        }
    }
}

static void month(const work *w, block *z, const int64_t *lanes, int count, int t, int event,
                  int staged, int employed)
{
    double discount = at(w, DISCOUNT, t), index = at(w, INDEX, t);
    if (event & CHANGES) enter_stages(w, z, lanes, count, t);
    if (staged) pay_in_stages(z, t, discount);
    else pay_level(z, t, discount);
    if (event & ENDS) LANES {
        double b = z->balance[j], p = z->payment[j], price = z->price[j];
        int clears = (z->term[j] == t) & (z->gap[j] == NO_STAGE) & (pesos(b, price) <= w->residue);
        double rest = clears ? b : 0, more = pesos(p + rest, price) - pesos(p, price);
        more = clears ? more : 0;
        z->balance[j] = b - rest;
        z->paid[j] += more;
        z->value[j] += discount * more;
    }
    if (event & REWARDED) LANES {
        if (z->reward_at[j] != t) continue;
        double due = z->indexed[j] > 0 ? ratio(z->reward_due[j], 1e7, index) : z->reward_due[j];
        due = least(z->balance[j], due);
        z->balance[j] -= due;
        z->reward[j] += pesos(due, z->price[j]);
    }
    if (employed && at(w, EVEN, t) > 0) LANES {
        double b = z->balance[j], posted = least(b, z->bimester[j]);
        double part = pesos(posted, z->price[j]);
        double cash = posted == z->bimester[j] ? z->share[j] : part;
        z->balance[j] = b - posted;
        z->employer[j] += cash;
        z->value[j] += discount * cash;
    }
    if (event & FREED) LANES {
        if (z->release_at[j] != t) continue;
        z->released[j] += pesos(z->balance[j], z->price[j]);
        z->balance[j] = 0;
    }
}

static int skimmed(const work *w, block *z, int t, int end, int employed)
{
    for (int k = t + 1; k <= end; k++) {
        LANES {
            double b = z->balance[j];
            z->balance[j] = most((b - z->instalment[j]) + interest_of(b, z->rate[j]), 0);
        }
        if (employed && at(w, EVEN, k) > 0)
            LANES z->balance[j] = most(z->balance[j] - z->bimester[j], 0);
    }
    int64_t ended = 0;
    LANES ended += (z->year[j] > 0) & (z->balance[j] <= z->small[j]);
    if (ended) {
        memcpy(z->balance, z->year, sizeof z->year);
        return 0;
    }
    double count = end - t, sum = at(w, DISCOUNTS, end) - at(w, DISCOUNTS, t);
    LANES {
        int alive = z->balance[j] > 0;
        double paid = alive ? z->worth[j] : 0;
        z->paid[j] += count * paid;
        z->value[j] += sum * paid;
        z->charged[j] += count * (alive ? z->charges[j] : 0);
    }
    if (employed) {
        double bimesters = at(w, EVEN_MONTHS, end) - at(w, EVEN_MONTHS, t);
        sum = at(w, EVEN_DISCOUNTS, end) - at(w, EVEN_DISCOUNTS, t);
        LANES {
            double cash = z->balance[j] > 0 ? z->share[j] : 0;
            z->employer[j] += bimesters * cash;
            z->value[j] += sum * cash;
        }
    }
    return 1;
}

static int some(const double *row)
{
    int64_t found = 0;
    LANES found += row[j] > 0;
    return found > 0;
}

static void run(const work *w, block *z, const int64_t *lanes, int count, const uint8_t *events,
                int stages_end)
{
    int employed = some(z->share), t = 0;
    double today = at(w, INDEX, 0);
    while (t < MONTHS && some(z->balance)) {
        int end = (int)at(w, YEAR_END, t), eventful = t < stages_end;
        double index = at(w, INDEX, t + 1), price = at(w, PRICE, t + 1);
        if (t == 0 || index != at(w, INDEX, t)) LANES {
            double now = z->indexed[j] > 0 ? price : PAR;
            double follows = floor(fma(z->fees[j] * index, 1 / today, 0.5 + 76 / today));
            z->indexation[j] += pesos(z->balance[j], now) - pesos(z->balance[j], z->price[j]);
            z->price[j] = now;
            z->worth[j] = pesos(z->instalment[j], now);
            z->charges[j] = z->insurance[j] + (z->indexed[j] > 0 ? follows : z->fees[j]);
        }
        if (employed && (t == 0 || index != at(w, INDEX, t))) LANES {
            double in_units = ratio(z->share[j], 1e7, index);
            z->bimester[j] = z->indexed[j] > 0 ? in_units : z->share[j];
        }
        LANES {
            z->year[j] = z->balance[j];
            z->peak[j] = most(z->peak[j], z->balance[j] * most(z->price[j], PAR));
        }
        if (stages_end > 0 && t <= stages_end) enter_stages(w, z, lanes, count, t + 1);
        for (int k = t + 1; k <= end; k++) eventful |= events[k] & (REWARDED | FREED);
        if (eventful || !skimmed(w, z, t, end, employed))
            while (t < end && some(z->balance)) {
                t++;
                month(w, z, lanes, count, t, events[t], t <= stages_end, employed);
            }
        t = end;
    }
}

static int within(double t) { return t < MONTHS + 1 ? (int)t : MONTHS + 1; }

static int load(const work *w, block *z, const int64_t *lanes, int count, const int64_t *releases,
                uint8_t *events)
{
    int stages_end = 0;
    memset(z, 0, sizeof *z);
    memset(events, 0, MONTHS + 2);
    for (int j = 0; j < count; j++) {
        int64_t i = lanes[j], last = 0;
        int indexed = w->plan[P_INDEXED][i] != 0;
        z->balance[j] = (double)w->plan[P_BALANCE][i];
        z->instalment[j] = (double)w->plan[P_INSTALMENT][i];
        z->rate[j] = (double)w->plan[P_RATE][i];
        z->share[j] = 2.0 * (double)w->plan[P_EMPLOYER][i];
        z->indexed[j] = indexed;
        z->gap[j] = NO_STAGE;
        z->insurance[j] = (double)w->plan[P_INSURANCE][i];
        z->fees[j] = (double)w->plan[P_FEES][i];
        z->price[j] = indexed ? at(w, PRICE, 0) : PAR;
        z->small[j] = indexed ? w->small_units : w->small_pesos;
        z->value[j] = at(w, DISCOUNT, 1) * (double)w->plan[P_OVERDUE][i];
        z->term[j] = (double)w->plan[P_TERM][i];
        z->release_at[j] = (double)releases[i];
        z->reward_at[j] = (double)w->plan[P_REWARD_AT][i];
        z->reward_due[j] = (double)w->plan[P_REWARD][i];
        events[within(z->term[j])] |= ENDS;
        events[within(z->reward_at[j])] |= REWARDED;
        events[within(z->release_at[j])] |= FREED;
        for (int stage = 0; stage < w->stage_count; stage++) {
            last += stage_part(w, stage, 1, i);
            last = last < MONTHS ? last : MONTHS;
            events[last + 1] |= CHANGES;
        }
        stages_end = last > stages_end ? (int)last : stages_end;
    }
    return stages_end;
}

static void store(const work *w, const block *z, const int64_t *lanes, int count)
{
    for (int j = 0; j < count; j++) {
        int64_t i = lanes[j];
        double start = pesos((double)w->plan[P_BALANCE][i], z->indexed[j] > 0 ? at(w, PRICE, 0) : PAR);
        double left = pesos(z->balance[j], z->price[j]);
        double settled = z->paid[j] + z->institute[j] + z->fund[j] + z->employer[j] + z->reward[j]
                         + z->released[j] + left;
        w->results[R_MONTHS][i] = z->balance[j] > 0 ? MONTHS : (int64_t)z->months[j];
        w->results[R_PAID][i] = (int64_t)z->paid[j];
        w->results[R_CHARGES][i] = (int64_t)z->charged[j];
        w->results[R_OVERDUE][i] = w->plan[P_OVERDUE][i];
        w->results[R_INTEREST][i] = (int64_t)(settled - start - z->indexation[j]);
        w->results[R_INDEXATION][i] = (int64_t)z->indexation[j];
        w->results[R_INSTITUTE][i] = (int64_t)z->institute[j];
        w->results[R_FUND][i] = (int64_t)z->fund[j];
        w->results[R_EMPLOYER][i] = (int64_t)z->employer[j];
        w->results[R_REWARD][i] = (int64_t)z->reward[j];
        w->results[R_RELEASED][i] = (int64_t)z->released[j];
        w->results[R_NPV][i] = ((int64_t)z->value[j] + 524288) >> 20;
        w->results[R_LEFT][i] = (int64_t)left;
        w->outgrown[i] = z->peak[j] > 2147483648.0 * PAR || settled > 8589934592.0;
    }
}

static int64_t release_month(const work *w, int64_t i)
{
    int64_t missing = 360 - w->plan[P_EFFECTIVE][i], last = 0;
    if (missing < 1) missing = 1;
    for (int stage = 0; stage < w->stage_count; stage++) {
        int64_t months = stage_part(w, stage, 1, i);
        if (stage_part(w, stage, 2, i) < 2) {
            if (missing <= months) break;
            missing -= months;
        }
        last += months;
    }
    return last + missing;
}

static int64_t sort_key(const work *w, int64_t i, int64_t release)
{
    int64_t staged = 0, effects = w->plan[P_REWARD_AT][i], months = MONTHS;
    for (int stage = 0; stage < w->stage_count; stage++) staged += stage_part(w, stage, 1, i);
    if (staged > effects) effects = staged;
    int64_t kind = effects > 24 ? 3 : effects > 0 ? 2 : w->plan[P_EMPLOYER][i] > 0;
    double b = (double)w->plan[P_BALANCE][i], monthly = (double)w->plan[P_RATE][i] / YEAR;
    double share = (double)w->plan[P_EMPLOYER][i];
    if (w->plan[P_INDEXED][i]) share *= 1e7 / at(w, INDEX, 0);
    double level = (double)w->plan[P_INSTALMENT][i] + share;
    if (b * monthly < level * 0.999999) {
        double needs = monthly == 0 ? b / level : -log1p(-b * monthly / level) / (monthly - monthly * monthly / 2);
        months = needs < MONTHS ? (int64_t)needs + 1 : MONTHS;
    }
    months += staged;
    if (months > release) months = release;
    return kind * 512 + (months < MONTHS ? months : MONTHS);
}

void project(const work *w)
{
    int64_t *releases = malloc(w->n * sizeof *releases), order[CHUNK];
    for (int64_t i = 0; i < w->n; i++) releases[i] = release_month(w, i);
    for (int64_t first = 0; first < w->n; first += CHUNK) {
        int64_t size = w->n - first < CHUNK ? w->n - first : CHUNK;
        int64_t keys[CHUNK], places[KEYS + 1] = {0};
        for (int64_t k = 0; k < size; k++) {
            keys[k] = sort_key(w, first + k, releases[first + k]);
            places[keys[k] + 1]++;
        }
        for (int k = 1; k <= KEYS; k++) places[k] += places[k - 1];
        for (int64_t k = 0; k < size; k++) order[places[keys[k]]++] = first + k;
        for (int64_t start = 0; start < size; start += W) {
            block z;
            uint8_t events[MONTHS + 2];
            int count = size - start < W ? (int)(size - start) : W;
            int stages_end = load(w, &z, order + start, count, releases, events);
            run(w, &z, order + start, count, events, stages_end);
            store(w, &z, order + start, count);
        }
    }
    free(releases);
}
