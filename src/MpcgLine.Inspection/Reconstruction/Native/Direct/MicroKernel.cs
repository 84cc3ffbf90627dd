using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>
/// The innermost loops of a direct convolution as machine code: sums of some pixels times some channels stay in registers while
/// taps and input channels pass by, and leave them scaled, activated and rounded. .NET 10 has none of the instructions of 512
/// bits that multiply bytes (AVX-512 VNNI) or bfloat16 (AVX-512 BF16).
/// </summary>
/// <remarks>
/// A step is four bytes of a pixel that is read: four bytes, two bfloat16 or one float32, in every lane of a vector, times as many
/// weights of sixteen channels (VPDPBUSD, VDPBF16PS, VFMADD). All registers used are the caller's to save in the System V
/// calling convention.
/// </remarks>
internal static class MicroKernel
{
    /// <summary>Channels of a vector of sums.</summary>
    public const int Lanes = 16;

    /// <summary>Bytes of a step.</summary>
    public const int StepBytes = 4;

    /// <summary>Most <see cref="KernelShape.Vectors"/>.</summary>
    public const int MostVectors = 4;

    /// <summary>Most <see cref="KernelShape.StepsAtOnce"/>.</summary>
    public const int MostStepsAtOnce = 4;

    private const int VectorBytes = Lanes * StepBytes;

    // Beyond these steps from 0 a byte is the last on either side; what is further still would not fit into 32 bits.
    private const float MostSteps = 1e6f;

    // Sums in registers: the others hold weights, pixels and what the sums are scaled by.
    private const int Sums = 24;

    private static readonly AssemblerRegisterZMM[] Registers =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];

    private static readonly AssemblerRegisterYMM[] HalfRegisters =
    [
        ymm0, ymm1, ymm2, ymm3, ymm4, ymm5, ymm6, ymm7, ymm8, ymm9, ymm10, ymm11, ymm12, ymm13, ymm14, ymm15,
        ymm16, ymm17, ymm18, ymm19, ymm20, ymm21, ymm22, ymm23, ymm24, ymm25, ymm26, ymm27, ymm28, ymm29, ymm30, ymm31,
    ];

    // The call, and its fields that pass through registers.
    private static readonly AssemblerRegister64 Call = rdi, Input = rsi, Output = rdx, Constants = rcx, Blocks = r8, Pixel = rax, Weight = r9, Rows = r10, Steps = r11;

    /// <summary>Most pixels with so many vectors of channels.</summary>
    public static int MostPixels(int vectors) => Sums / vectors;

    /// <summary>Size of a value of a map.</summary>
    public static int ElementBytes(ScalarType type) => type switch
    {
        ScalarType.Byte => sizeof(byte),
        ScalarType.BFloat16 => sizeof(ushort),
        ScalarType.Float32 => sizeof(float),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Bytes, bfloat16 and float32 are multiplied."),
    };

    /// <summary>Assembles one; bytes have nothing added to them.</summary>
    /// <exception cref="ModelException">As from <see cref="MachineCode"/>.</exception>
    public static MachineCode Assemble(in KernelShape shape)
    {
        var code = new Assembler(64);
        Label block = code.CreateLabel(), row = code.CreateLabel(), steps = code.CreateLabel();
        code.mov(Input, Field(nameof(KernelCall.Input)));
        code.mov(Output, Field(nameof(KernelCall.Output)));
        code.mov(Constants, Field(nameof(KernelCall.Constants)));
        code.mov(Blocks, Field(nameof(KernelCall.Blocks)));

        code.Label(ref block);
        for (int sum = 0; sum < shape.Pixels * shape.Vectors; sum++)
        {
            code.vpxord(Registers[sum], Registers[sum], Registers[sum]);
        }

        code.mov(Pixel, Input);
        code.mov(Weight, Field(nameof(KernelCall.Weights)));
        code.mov(Rows, Field(nameof(KernelCall.Rows)));
        code.Label(ref row);
        code.mov(Steps, Field(nameof(KernelCall.Steps)));
        code.Label(ref steps);
        MultiplyAndAdd(code, shape);
        code.add(Pixel, StepBytes * shape.StepsAtOnce);
        code.add(Weight, VectorBytes * shape.Vectors * shape.StepsAtOnce);
        code.dec(Steps);
        code.jnz(steps);
        code.add(Pixel, Field(nameof(KernelCall.InputSkip)));
        code.add(Weight, Field(nameof(KernelCall.WeightSkip)));
        code.dec(Rows);
        code.jnz(row);

        WriteSums(code, shape);
        code.add(Input, shape.Pixels * shape.InputStride);
        code.add(Output, shape.Pixels * shape.OutputStride);
        code.dec(Blocks);
        code.jnz(block);
        code.vzeroupper();
        code.ret();
        return new MachineCode(code);
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[Call + (int)Marshal.OffsetOf<KernelCall>(name)];

    private static void MultiplyAndAdd(Assembler code, in KernelShape shape)
    {
        int sums = shape.Pixels * shape.Vectors, weights = Registers.Length - shape.Vectors, free = weights - sums, taken = 0;
        for (int step = 0; step < shape.StepsAtOnce; step++)
        {
            for (int vector = 0; vector < shape.Vectors; vector++)
            {
                code.vmovdqu32(Registers[weights + vector], __zmmword_ptr[Weight + (((step * shape.Vectors) + vector) * VectorBytes)]);
            }

            for (int pixel = 0; pixel < shape.Pixels; pixel++)
            {
                AssemblerRegisterZMM values = Registers[sums + (taken++ % free)];
                code.vpbroadcastd(values, __dword_ptr[Pixel + ((pixel * shape.InputStride) + (step * StepBytes))]);
                for (int vector = 0; vector < shape.Vectors; vector++)
                {
                    AssemblerRegisterZMM sum = Registers[(pixel * shape.Vectors) + vector], weight = Registers[weights + vector];
                    switch (shape.Read)
                    {
                        case ScalarType.Byte:
                            code.vpdpbusd(sum, values, weight);
                            break;
                        case ScalarType.BFloat16:
                            code.vdpbf16ps(sum, values, weight);
                            break;
                        default:
                            code.vfmadd231ps(sum, values, weight);
                            break;
                    }
                }
            }
        }
    }

    private static void WriteSums(Assembler code, in KernelShape shape)
    {
        AssemblerRegisterZMM slope = zmm31, zero = zmm30, nothing = zmm29, factor = zmm28, addend = zmm27, other = zmm26, most = zmm25;
        int bytes = ElementBytes(shape.Written);
        if (shape.Activated)
        {
            code.mov(eax, BitConverter.SingleToInt32Bits((float)LayerShape.LeakySlope));
            code.vpbroadcastd(slope, eax);
        }

        if (shape.Written == ScalarType.Byte)
        {
            code.vpbroadcastd(zero, __dword_ptr[Call + (int)Marshal.OffsetOf<KernelCall>(nameof(KernelCall.Zero))]);
            code.vpxord(nothing, nothing, nothing);
            code.mov(eax, BitConverter.SingleToInt32Bits(MostSteps));
            code.vpbroadcastd(most, eax);
        }

        for (int vector = 0; vector < shape.Vectors; vector++)
        {
            code.vmovups(factor, __zmmword_ptr[Constants + (vector * VectorBytes)]);
            code.vmovups(addend, __zmmword_ptr[Constants + ((shape.Vectors + vector) * VectorBytes)]);
            for (int pixel = 0; pixel < shape.Pixels; pixel++)
            {
                int index = (pixel * shape.Vectors) + vector, at = (pixel * shape.OutputStride) + (vector * Lanes * bytes);
                AssemblerRegisterZMM sum = Registers[index];
                if (shape.Read == ScalarType.Byte)
                {
                    code.vcvtdq2ps(sum, sum);
                }

                code.vfmadd213ps(sum, factor, addend);
                if (shape.Added)
                {
                    Add(code, shape.Written, sum, other, at);
                }

                if (shape.Activated)
                {
                    // What is no number stays none: then the second of two is taken.
                    code.vmulps(other, sum, slope);
                    code.vmaxps(sum, sum, other);
                }

                switch (shape.Written)
                {
                    case ScalarType.Byte:
                        code.vminps(sum, sum, most);
                        code.vcvtps2dq(sum, sum);
                        code.vpaddd(sum, sum, zero);
                        code.vpmaxsd(sum, sum, nothing);
                        code.vpmovusdb(__xmmword_ptr[Output + at], sum);
                        break;
                    case ScalarType.BFloat16:
                        code.vcvtneps2bf16(HalfRegisters[index], sum);
                        code.vmovdqu32(__ymmword_ptr[Output + at], HalfRegisters[index]);
                        break;
                    default:
                        code.vmovups(__zmmword_ptr[Output + at], sum);
                        break;
                }
            }
        }
    }

    private static void Add(Assembler code, ScalarType type, AssemblerRegisterZMM sum, AssemblerRegisterZMM other, int at)
    {
        if (type == ScalarType.BFloat16)
        {
            code.vpmovzxwd(other, __ymmword_ptr[Output + at]);
            code.vpslld(other, other, 16);
            code.vaddps(sum, sum, other);
        }
        else
        {
            code.vaddps(sum, sum, __zmmword_ptr[Output + at]);
        }
    }
}
