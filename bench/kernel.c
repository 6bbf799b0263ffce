/* The contender of bench/kernel.py: the same algebra, as straightforward blocked C.
   Plain: a level payment in native amounts, months outside, lanes inside, pesos once a year.
   Whole: stages, rewards, release, residue, one loan after another, in whole numbers.
   gcc -O3 -march=native -ffp-contract=off -shared -fPIC */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 128
#define SCALE 1e7

static inline double half_up(double x) { return floor(x + 0.5); }

/* out: months, paid, charges, interest, indexation, npv (as rows of n) */
void plain(int64_t n, const int64_t *order, const int64_t *balance, const int64_t *instalment,
           const int64_t *rate, const int64_t *indexed, const int64_t *insurance,
           const int64_t *fees, const int64_t *index, const int64_t *discount,
           const int64_t *annuity, int64_t last, int64_t first_month, int64_t *out)
{
    double b[LANES], p[LANES], hi[LANES], lo[LANES], interest[LANES], start[LANES], before[LANES];
    double months[LANES], paid[LANES], charges[LANES], grown[LANES], npv[LANES], dying[LANES];
    double x[LANES], fixed[LANES], fee[LANES], each[LANES], charge[LANES];
    for (int64_t block = 0; block < n; block += LANES) {
        int w = n - block < LANES ? (int)(n - block) : LANES;
        for (int j = 0; j < LANES; j++) {
            int64_t i = order[block + (j < w ? j : 0)];
            b[j] = j < w ? (double)balance[i] : 0.0;
            p[j] = j < w ? (double)instalment[i] : 1.0;
            hi[j] = rate[i] / 12e6;
            lo[j] = fma(-hi[j], 12e6, (double)rate[i]) / 12e6;
            x[j] = (double)indexed[i];
            fixed[j] = (double)insurance[i];
            fee[j] = (double)fees[i];
            interest[j] = months[j] = paid[j] = charges[j] = grown[j] = npv[j] = dying[j] = 0.0;
        }
        int64_t t = 0, until = 13 - first_month;
        double unit = (double)index[0], today = (double)index[0];
        int units = 0;
        for (int j = 0; j < LANES; j++) {
            units |= x[j] > 0.0;
            each[j] = p[j];
            charge[j] = fixed[j] + fee[j];
            before[j] = -b[j];
            start[j] = b[j] > 0.0 ? 1.0 : 0.0;
        }
        while (t < last) {
            double now = (double)index[t + 1];
            if (units && (t == 0 || now != unit)) {
                double nh = now / SCALE, nl = fma(-nh, SCALE, now) / SCALE;
                double uh = unit / SCALE, ul = fma(-uh, SCALE, unit) / SCALE;
                double fh = now / today, fl = fma(-fh, today, now) / today;
                for (int j = 0; j < LANES; j++) {
                    double step = half_up(fma(b[j], nh, b[j] * nl)) - half_up(fma(b[j], uh, b[j] * ul));
                    double worth = half_up(fma(p[j], nh, p[j] * nl));
                    double follows = half_up(fma(fee[j], fh, fee[j] * fl));
                    grown[j] += x[j] > 0.0 ? step : 0.0;
                    each[j] = x[j] > 0.0 ? worth : p[j];
                    charge[j] = fixed[j] + (x[j] > 0.0 ? follows : fee[j]);
                }
            }
            for (int64_t k = t; k < until; k++)
                for (int j = 0; j < LANES; j++) {
                    double i = floor(fma(b[j], hi[j], b[j] * lo[j]) + 0.5);
                    double rest = (b[j] - p[j]) + i;
                    b[j] = rest > 0.0 ? rest : 0.0;
                    interest[j] += i;
                }
            double highest = 0.0, m = (double)(until - t);
            double sum = (double)(annuity[until] - annuity[t]);
            for (int j = 0; j < LANES; j++) {
                double moved = interest[j] - b[j];
                int lives = b[j] > 0.0, dies = start[j] > 0.0 && b[j] == 0.0;
                dying[j] = dies ? moved - before[j] : dying[j];
                months[j] += lives ? m : 0.0;
                paid[j] += lives ? m * each[j] : 0.0;
                charges[j] += lives ? m * charge[j] : 0.0;
                npv[j] += lives ? sum * each[j] : 0.0;
                before[j] = moved;
                start[j] = lives ? 1.0 : 0.0;
                highest = b[j] > highest ? b[j] : highest;
            }
            unit = now;
            t = until;
            until = until + 12 < last ? until + 12 : last;
            if (highest == 0.0) break;
        }
        for (int j = 0; j < w; j++) {
            double q = ceil(dying[j] / p[j]);
            months[j] += q;
            dying[j] -= (q - 1.0) * p[j];
        }
        for (int j = 0; j < w; j++) {
            int64_t i = order[block + j], m = (int64_t)months[j];
            int64_t begins = m - 1 - (first_month + m - 2) % 12;
            if (begins < 0) begins = 0;
            double now = (double)index[m], whole = (double)(m - begins - 1);
            double worth = x[j] > 0.0 ? half_up(p[j] * now / SCALE) : p[j];
            double final = x[j] > 0.0 ? half_up(dying[j] * now / SCALE) : dying[j];
            double follows = x[j] > 0.0 ? half_up(fee[j] * now / today) : fee[j];
            double owed = x[j] > 0.0 ? half_up((double)balance[i] * today / SCALE) : balance[i];
            double all = paid[j] + whole * worth + final;
            double value = npv[j] + worth * (double)(annuity[m - 1] - annuity[begins]);
            out[0 * n + i] = m;
            out[1 * n + i] = (int64_t)all;
            out[2 * n + i] = (int64_t)(charges[j] + (whole + 1.0) * (fixed[j] + follows));
            out[3 * n + i] = (int64_t)(all - grown[j] - owed);
            out[4 * n + i] = (int64_t)grown[j];
            out[5 * n + i] = (int64_t)half_up((value + final * (double)discount[m]) / 1048576.0);
        }
    }
}

static inline int64_t pesos(int64_t x, int64_t indexed, int64_t index)
{
    return indexed ? (x * index + 5000000) / 10000000 : x;
}
static inline int64_t native(int64_t c, int64_t indexed, int64_t index)
{
    return indexed ? (c * 10000000 + index / 2) / index : c;
}
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* rows: n x 12; stages: count x 4 x n; out: n x 13, in the order of tequio's own results */
void whole(int64_t n, const int64_t *rows, int64_t count, const int64_t *stages,
           const int64_t *index, const int64_t *discount, int64_t last, int64_t first_month,
           int64_t residue, int64_t *out)
{
    for (int64_t i = 0; i < n; i++) {
        const int64_t *row = rows + 12 * i;
        int64_t *res = out + 13 * i;
        int64_t b = row[0], x = row[3], done = row[8], npv = discount[1] * row[6];
        int64_t stage = -1, until = 0, t = 0, waits = 0;
        memset(res, 0, 13 * sizeof *res);
        res[3] = row[6];
        while (b > 0 && t < last) {
            t++;
            while (stage < count && t > until) {
                stage++;
                if (stage < count) until += stages[(stage * 4 + 1) * n + i];
            }
            int64_t unit = index[t], before = pesos(b, x, index[t - 1]), start = pesos(b, x, unit);
            int64_t gap = -1, payer = 0, fixed = 0, pays = 0;
            if (stage < count) {
                gap = stages[(stage * 4 + 2) * n + i];
                payer = stages[(stage * 4 + 3) * n + i];
                fixed = stages[(stage * 4 + 0) * n + i];
                pays = native(fixed, x, unit);
            }
            if (gap != 2) waits = 0;
            int64_t earns = gap == 3 || b < waits ? 0 : b - waits;
            int64_t interest = (earns * row[2] + 6000000) / 12000000;
            int64_t own = row[1], top = 0;
            if (gap == 0) { own = least(pays, row[1]); top = row[1] - own; }
            else if (gap == 1) { own = pays; top = interest > pays ? interest - pays : 0; }
            else if (gap > 1) own = pays;
            own = least(own, b + interest);
            top = least(top, b + interest - own);
            b = b + interest - own - top;
            if (gap == 2) waits = waits + interest - own > 0 ? waits + interest - own : 0;
            if (gap == -1 && t == row[7] && pesos(b, x, unit) <= residue) { own += b; b = 0; }
            int64_t reward = 0, employer = 0, released = 0, sent = 0;
            if (t == row[11]) { reward = least(b, native(row[10], x, unit)); b -= reward; }
            if ((first_month + t - 1) % 2 == 0) { sent = native(2 * row[9], x, unit); employer = least(b, sent); b -= employer; }
            if (gap < 2 && ++done >= 360) { released = pesos(b, x, unit); b = 0; }
            int64_t borrower = gap != -1 && own == pays ? fixed : pesos(own, x, unit);
            int64_t complement = top > 0 ? pesos(own + top, x, unit) - borrower : 0;
            reward = pesos(reward, x, unit);
            employer = sent > 0 && employer == sent ? 2 * row[9] : pesos(employer, x, unit);
            int64_t left = pesos(b, x, unit);
            int64_t fund = payer == 2 ? complement : 0;
            int64_t fee = x ? (2 * row[5] * unit + index[0]) / (2 * index[0]) : row[5];
            npv += discount[t] * (borrower + employer + fund);
            res[0] = t;
            res[1] += borrower;
            res[2] += row[4] + fee;
            res[4] += borrower + complement + reward + employer + released + left - start;
            res[5] += start - before;
            res[6] += payer == 1 ? complement : 0;
            res[7] += fund;
            res[8] += employer;
            res[9] += reward;
            res[10] += released;
            res[12] = left;
        }
        res[11] = (npv + 524288) / 1048576;
    }
}
