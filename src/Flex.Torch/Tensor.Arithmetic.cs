using Flex.Torch.Native;

namespace Flex.Torch;

/// <content>Element-wise arithmetic. Names and broadcasting are PyTorch's; a trailing underscore there is <c>InPlace</c> here.</content>
public sealed partial class Tensor
{
    private static readonly Operator AddOp = new("add", "Tensor");
    private static readonly Operator AddScalarOp = new("add", "Scalar");
    private static readonly Operator SubOp = new("sub", "Tensor");
    private static readonly Operator RsubOp = new("rsub", "Scalar");
    private static readonly Operator MulOp = new("mul", "Tensor");
    private static readonly Operator MulScalarOp = new("mul", "Scalar");
    private static readonly Operator DivOp = new("div", "Tensor");
    private static readonly Operator NegOp = new("neg");
    private static readonly Operator ReciprocalOp = new("reciprocal");
    private static readonly Operator PowOp = new("pow", "Tensor_Scalar");
    private static readonly Operator SquareOp = new("square");
    private static readonly Operator SqrtOp = new("sqrt");
    private static readonly Operator ExpOp = new("exp");
    private static readonly Operator LogOp = new("log");
    private static readonly Operator SinOp = new("sin");
    private static readonly Operator CosOp = new("cos");
    private static readonly Operator TanOp = new("tan");
    private static readonly Operator TanhOp = new("tanh");
    private static readonly Operator SigmoidOp = new("sigmoid");
    private static readonly Operator AbsOp = new("abs");
    private static readonly Operator SignOp = new("sign");
    private static readonly Operator ClampOp = new("clamp");
    private static readonly Operator MatMulOp = new("matmul");
    private static readonly Operator AddInPlaceOp = new("add_", "Tensor");
    private static readonly Operator AddScalarInPlaceOp = new("add_", "Scalar");
    private static readonly Operator MulScalarInPlaceOp = new("mul_", "Scalar");
    private static readonly Operator MulInPlaceOp = new("mul_", "Tensor");
    private static readonly Operator DivScalarInPlaceOp = new("div_", "Scalar");
    private static readonly Operator AddCMulInPlaceOp = new("addcmul_");
    private static readonly Operator AddCDivInPlaceOp = new("addcdiv_");
    private static readonly Operator CopyInPlaceOp = new("copy_");
    private static readonly Operator FillInPlaceOp = new("fill_", "Scalar");

    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => AddOp.Call(a, b);

    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, double b) => AddScalarOp.Call(a, b);

    /// <summary>a + b.</summary>
    public static Tensor operator +(double a, Tensor b) => AddScalarOp.Call(b, a);

    /// <summary>a − b.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => SubOp.Call(a, b);

    /// <summary>a − b.</summary>
    public static Tensor operator -(Tensor a, double b) => AddScalarOp.Call(a, -b);

    /// <summary>a − b.</summary>
    public static Tensor operator -(double a, Tensor b) => RsubOp.Call(b, a);

    /// <summary>a · b, element by element.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => MulOp.Call(a, b);

    /// <summary>a · b.</summary>
    public static Tensor operator *(Tensor a, double b) => MulScalarOp.Call(a, b);

    /// <summary>a · b.</summary>
    public static Tensor operator *(double a, Tensor b) => MulScalarOp.Call(b, a);

    /// <summary>a / b, element by element.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => DivOp.Call(a, b);

    /// <summary>a / b.</summary>
    public static Tensor operator /(Tensor a, double b) => MulScalarOp.Call(a, 1 / b);

    /// <summary>−a.</summary>
    public static Tensor operator -(Tensor a) => NegOp.Call(a);

    /// <summary>1 / x.</summary>
    /// <returns>The result.</returns>
    public Tensor Reciprocal() => ReciprocalOp.Call(this);

    /// <summary>x to a power.</summary>
    /// <param name="exponent">The exponent.</param>
    /// <returns>The result.</returns>
    public Tensor Pow(double exponent) => PowOp.Call(this, exponent);

    /// <summary>x².</summary>
    /// <returns>The result.</returns>
    public Tensor Square() => SquareOp.Call(this);

    /// <summary>√x.</summary>
    /// <returns>The result.</returns>
    public Tensor Sqrt() => SqrtOp.Call(this);

    /// <summary>eˣ.</summary>
    /// <returns>The result.</returns>
    public Tensor Exp() => ExpOp.Call(this);

    /// <summary>The natural logarithm.</summary>
    /// <returns>The result.</returns>
    public Tensor Log() => LogOp.Call(this);

    /// <summary>The sine.</summary>
    /// <returns>The result.</returns>
    public Tensor Sin() => SinOp.Call(this);

    /// <summary>The cosine.</summary>
    /// <returns>The result.</returns>
    public Tensor Cos() => CosOp.Call(this);

    /// <summary>The tangent.</summary>
    /// <returns>The result.</returns>
    public Tensor Tan() => TanOp.Call(this);

    /// <summary>The hyperbolic tangent.</summary>
    /// <returns>The result.</returns>
    public Tensor Tanh() => TanhOp.Call(this);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    /// <returns>The result.</returns>
    public Tensor Sigmoid() => SigmoidOp.Call(this);

    /// <summary>|x|.</summary>
    /// <returns>The result.</returns>
    public Tensor Abs() => AbsOp.Call(this);

    /// <summary>The sign, −1, 0 or 1.</summary>
    /// <returns>The result.</returns>
    public Tensor Sign() => SignOp.Call(this);

    /// <summary>x limited to a range.</summary>
    /// <param name="min">The lower limit, or null.</param>
    /// <param name="max">The upper limit, or null.</param>
    /// <returns>The result.</returns>
    public Tensor Clamp(double? min = null, double? max = null) =>
        ClampOp.Call(this, min is { } lo ? lo : Argument.None, max is { } hi ? hi : Argument.None);

    /// <summary>The matrix product, batched over leading dimensions.</summary>
    /// <param name="other">The right factor.</param>
    /// <returns>The product.</returns>
    public Tensor MatMul(Tensor other) => MatMulOp.Call(this, other);

    /// <summary>x += alpha · other.</summary>
    /// <param name="other">What is added.</param>
    /// <param name="alpha">Its factor.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddInPlace(Tensor other, double alpha = 1) => InPlace(AddInPlaceOp, other, alpha);

    /// <summary>x += value.</summary>
    /// <param name="value">What is added.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddInPlace(double value) => InPlace(AddScalarInPlaceOp, value);

    /// <summary>x *= factor.</summary>
    /// <param name="factor">The factor.</param>
    /// <returns>This tensor.</returns>
    public Tensor MulInPlace(double factor) => InPlace(MulScalarInPlaceOp, factor);

    /// <summary>x *= other.</summary>
    /// <param name="other">The factor.</param>
    /// <returns>This tensor.</returns>
    public Tensor MulInPlace(Tensor other) => InPlace(MulInPlaceOp, other);

    /// <summary>x /= divisor.</summary>
    /// <param name="divisor">The divisor.</param>
    /// <returns>This tensor.</returns>
    public Tensor DivInPlace(double divisor) => InPlace(DivScalarInPlaceOp, divisor);

    /// <summary>x += value · a · b.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="value">The scale.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddCMulInPlace(Tensor a, Tensor b, double value = 1) => InPlace(AddCMulInPlaceOp, a, b, value);

    /// <summary>x += value · a / b.</summary>
    /// <param name="a">The numerator.</param>
    /// <param name="b">The denominator.</param>
    /// <param name="value">The scale.</param>
    /// <returns>This tensor.</returns>
    public Tensor AddCDivInPlace(Tensor a, Tensor b, double value = 1) => InPlace(AddCDivInPlaceOp, a, b, value);

    /// <summary>Overwrites the elements, converting type and device.</summary>
    /// <param name="source">The new elements; broadcast to this shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor CopyInPlace(Tensor source) => InPlace(CopyInPlaceOp, source);

    /// <summary>Sets every element.</summary>
    /// <param name="value">The value.</param>
    /// <returns>This tensor.</returns>
    public Tensor FillInPlace(double value) => InPlace(FillInPlaceOp, value);

    private Tensor InPlace(Operator op, params ReadOnlySpan<Argument> rest)
    {
        op.CallInPlace([this, .. rest]);
        return this;
    }
}
